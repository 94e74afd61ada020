//! The bus between processes: one task that alone touches the NATS client.
