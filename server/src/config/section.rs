//! How a section of the configuration is written down.

/// A section: its fields have the defaults that follow, unknown keys are refused.
macro_rules! section {
    (
        $(#[$doc:meta])*
        $name:ident {
            $( $(#[$field_doc:meta])* $field:ident : $kind:ty = $default:expr ),* $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $( $(#[$field_doc])* pub $field: $kind, )*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $field: $default, )* }
            }
        }
    };
}
