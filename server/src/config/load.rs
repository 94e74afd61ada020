//! Reads the configuration file, lays the environment over it, and says what is wrong with either.

use std::fmt;
use std::path::{Path, PathBuf};

use garde::Validate;
use serde_json::Value;

use super::Config;

const PREFIX: &str = "HEARSAY_";

/// What is wrong with the configuration: where, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem(String);

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigProblem {}

/// Reads the file, or the defaults when there is none and none was asked for, then the variables
/// `HEARSAY_<SECTION>__<KEY>` over it.
///
/// # Errors
/// One line per mistake, each naming the key and the file with line and column, or the variable.
pub fn load(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Config, ConfigProblem> {
    let overrides: Vec<Override> =
        environment.into_iter().filter_map(|(name, text)| Override::of(name, text)).collect();
    let config = match file {
        Some(path) => read(path, &overrides)?,
        None => Config::default(),
    };
    overlay(config, &overrides)
}

/// A variable that stands for a key.
struct Override {
    name: String,
    text: String,
    /// The key's parts.
    path: Vec<String>,
}

impl Override {
    /// `HEARSAY_CHAT__RATE_LIMITING__SAY` is `chat.rate_limiting.say`. Names without a double underscore are not keys.
    fn of(name: String, text: String) -> Option<Self> {
        let rest = name.strip_prefix(PREFIX).filter(|rest| rest.contains("__"))?;
        let path = rest.split("__").map(str::to_ascii_lowercase).collect();
        Some(Self { name, text, path })
    }

    fn key(&self) -> String {
        self.path.join(".")
    }
}

/// Reads the file. An impossible value that the environment replaces does not matter.
fn read(path: &Path, overrides: &[Override]) -> Result<Config, ConfigProblem> {
    let text = std::fs::read_to_string(path)
        .map_err(|why| ConfigProblem(format!("{}: cannot be read: {why}", path.display())))?;
    if text.trim().is_empty() {
        return Ok(Config::default());
    }
    let why = match serde_yaml::from_str_valid::<Config>(&text) {
        Ok(config) => return Ok(config),
        Err(why) => why,
    };
    let problems = yaml_problems(path, &text, &why, overrides);
    if problems.is_empty() {
        return serde_yaml::from_str(&text).map_err(|why| ConfigProblem(what_alone(&why)));
    }
    Err(ConfigProblem(problems.join("\n")))
}

/// One line per problem, `file:line:column: key: what`.
fn yaml_problems(
    path: &Path,
    source: &str,
    error: &serde_yaml::Error,
    overrides: &[Override],
) -> Vec<String> {
    let at = |line: Option<(u64, u64)>| match line {
        Some((line, column)) => format!("{}:{line}:{column}", path.display()),
        None => path.display().to_string(),
    };
    match error.without_snippet() {
        serde_yaml::Error::ValidationError { issues, locations, .. } => issues
            .iter()
            .filter_map(|issue| {
                let parts: Vec<&str> = issue.path.segments().map(|(_, key)| key).collect();
                let key = parts.join(".");
                let place = locations
                    .locations_for(&issue.path)
                    .map(|l| (l.reference_location.line(), l.reference_location.column()));
                let what = issue.message.as_deref().unwrap_or(&issue.code);
                let matters = !overrides.iter().any(|over| over.key() == key);
                matters.then(|| format!("{}: {key}: {what}", at(place)))
            })
            .collect(),
        other => {
            let place = other.location().map(|l| (l.line(), l.column()));
            let line = place.and_then(|(line, _)| source.lines().nth(line as usize - 1));
            vec![format!("{}: `{}`: {}", at(place), line.unwrap_or("").trim(), what_alone(other))]
        }
    }
}

/// The message without the place that the library puts behind it.
fn what_alone(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.split(" at line ").next().unwrap_or(line).to_owned()
}

/// Lays the environment over a configuration, and checks the whole.
fn overlay(config: Config, overrides: &[Override]) -> Result<Config, ConfigProblem> {
    let mut tree = serde_json::to_value(&config).expect("a configuration is plain data");
    for over in overrides {
        set(&mut tree, over)?;
    }
    let config: Config =
        serde_json::from_value(tree).map_err(|why| ConfigProblem(named(overrides, &why)))?;
    config.validate().map_err(|report| ConfigProblem(invalid(overrides, &report)))?;
    Ok(config)
}

fn set(tree: &mut Value, over: &Override) -> Result<(), ConfigProblem> {
    let mut place = tree;
    for part in &over.path {
        place = place.as_object_mut().and_then(|map| map.get_mut(part)).ok_or_else(|| {
            let key = over.key();
            ConfigProblem(format!("{}: there is no configuration key {key:?}", over.name))
        })?;
    }
    let text = || Value::String(over.text.clone());
    *place = if place.is_string() {
        text()
    } else {
        serde_yaml::from_str(&over.text).unwrap_or_else(|_| text())
    };
    Ok(())
}

/// Names the variable that the error is about: the first that, alone over the defaults, is wrong by itself.
fn named(overrides: &[Override], why: &serde_json::Error) -> String {
    let guilty = overrides.iter().find(|over| {
        let mut tree = serde_json::to_value(Config::default()).expect("plain data");
        set(&mut tree, over).is_err() || serde_json::from_value::<Config>(tree).is_err()
    });
    match guilty {
        Some(over) => format!("{}={:?}: {}: {why}", over.name, over.text, over.key()),
        None => format!("environment: {why}"),
    }
}

fn invalid(overrides: &[Override], report: &garde::Report) -> String {
    let lines = report.iter().map(|(path, why)| {
        let path = path.to_string();
        match overrides.iter().find(|over| over.key() == path) {
            Some(over) => format!("{}={:?}: {path}: {why}", over.name, over.text),
            None => format!("{path}: {why}"),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The file that is read when none is named: `server_config.yaml` here, if it is there.
#[must_use]
pub fn default_file() -> Option<PathBuf> {
    let path = PathBuf::from("server_config.yaml");
    path.is_file().then_some(path)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn complaint(text: &str, environment: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.yaml");
        std::fs::write(&path, format!("world: {{ path: / }}\n{text}")).unwrap();
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let problem = load(Some(&path), environment).unwrap_err().to_string();
        problem.replace(folder.path().to_str().unwrap(), "")
    }

    #[test]
    fn a_mistake_names_its_key_and_its_place() {
        expect![
            "/c.yaml:3:3: `lisen: 127.0.0.1:4000`: unknown field `lisen`, expected one of listen"
        ]
        .assert_eq(&complaint("telnet:\n  lisen: 127.0.0.1:4000\n", &[]));
        expect!["/c.yaml:3:11: `listen: there`: invalid socket address syntax"]
            .assert_eq(&complaint("telnet:\n  listen: there\n", &[]));
        expect![[r#"
            /c.yaml:5:9: logs.node: length is lower than 1
            /c.yaml:3:13: store.group_ms: lower than 1"#]]
        .assert_eq(&complaint("store:\n  group_ms: 0\nlogs:\n  node: ''\n", &[]));
        expect!["/c.yaml:4:10: `say: lots`: invalid u32"]
            .assert_eq(&complaint("chat:\n  rate_limiting:\n    say: lots\n", &[]));
        expect!["/c.yaml:2:7: `logs: { dir: a`: unclosed bracket '{'"]
            .assert_eq(&complaint("logs: { dir: a\n", &[]));
    }

    #[test]
    fn a_mistake_in_the_environment_names_the_variable() {
        expect![[r#"HEARSAY_TELNET__LISEN: there is no configuration key "telnet.lisen""#]]
            .assert_eq(&complaint("", &[("HEARSAY_TELNET__LISEN", "x")]));
        expect![[
            r#"HEARSAY_TELNET__LISTEN="nowhere": telnet.listen: invalid socket address syntax"#
        ]]
        .assert_eq(&complaint("", &[("HEARSAY_TELNET__LISTEN", "nowhere")]));
        expect![[r#"HEARSAY_STORE__GROUP_MS="0": store.group_ms: lower than 1"#]]
            .assert_eq(&complaint("", &[("HEARSAY_STORE__GROUP_MS", "0")]));
    }

    #[test]
    fn a_bad_value_that_the_environment_replaces_does_not_matter() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.yaml");
        std::fs::write(&path, "world: { path: nowhere }\nstore: { group_ms: 0 }\n").unwrap();
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let replaced = [pair("HEARSAY_WORLD__PATH", "/"), pair("HEARSAY_STORE__GROUP_MS", "5")];
        assert_eq!(load(Some(&path), replaced).unwrap().store.group_ms, 5);
        let half = [pair("HEARSAY_WORLD__PATH", "/")];
        assert!(load(Some(&path), half).unwrap_err().to_string().contains("group_ms"));
    }

    #[test]
    fn the_environment_lies_over_the_file() {
        let pairs = [
            ("HEARSAY_CHAT__RATE_LIMITING__ENABLED", "false"),
            ("HEARSAY_TELNET__LISTEN", "127.0.0.1:0"),
            ("HEARSAY_NATS__USER", "bus"),
            ("HEARSAY_WORLD__PATH", "/"),
            ("HEARSAY_BIN", "is no key"),
        ];
        let pairs = pairs.map(|(k, v)| (k.to_owned(), v.to_owned()));
        let config = load(None, pairs).unwrap();
        assert!(!config.chat.rate_limiting.enabled);
        assert_eq!(config.telnet.listen.port(), 0);
        assert_eq!(config.nats.user.as_deref(), Some("bus"));
    }

    #[test]
    fn the_shipped_file_names_every_key_with_its_default() {
        let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../server_config.yaml"));
        let text = std::fs::read_to_string(path).unwrap();
        let read: Value = serde_yaml::from_str(&text).unwrap();
        let mut defaults = serde_json::to_value(Config::default()).unwrap();
        defaults["chat"]["channels"] = read["chat"]["channels"].clone();
        assert_eq!(read, defaults);
    }
}
