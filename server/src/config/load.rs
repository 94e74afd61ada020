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
    let source = match file {
        Some(path) => read(path)?,
        None => Source::default(),
    };
    overlay(source, environment)
}

/// What a file says: well formed, but perhaps with values that cannot be, unless a variable lies over them.
#[derive(Default)]
struct Source {
    config: Config,
    /// A key, and the line that says what is wrong with its value.
    impossible: Vec<(String, String)>,
}

fn read(path: &Path) -> Result<Source, ConfigProblem> {
    let text = std::fs::read_to_string(path)
        .map_err(|why| ConfigProblem(format!("{}: cannot be read: {why}", path.display())))?;
    if text.trim().is_empty() {
        return Ok(Source::default());
    }
    let malformed = |why: &serde_yaml::Error| ConfigProblem(malformation(path, &text, why));
    match serde_yaml::from_str_valid::<Config>(&text) {
        Ok(config) => Ok(Source { config, impossible: Vec::new() }),
        Err(why) => {
            let impossible = impossible_values(path, &why);
            if impossible.is_empty() {
                return Err(malformed(&why));
            }
            let config = serde_yaml::from_str(&text).map_err(|why| malformed(&why))?;
            Ok(Source { config, impossible })
        }
    }
}

/// One line per value that cannot be, `file:line:column: key: what`; none when the file is not even well formed.
fn impossible_values(path: &Path, error: &serde_yaml::Error) -> Vec<(String, String)> {
    let serde_yaml::Error::ValidationError { issues, locations, .. } = error.without_snippet()
    else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    for issue in issues {
        let place = locations
            .locations_for(&issue.path)
            .map(|l| (l.reference_location.line(), l.reference_location.column()));
        let key: Vec<&str> = issue.path.segments().map(|(_, key)| key).collect();
        let key = key.join(".");
        let what = issue.message.as_deref().unwrap_or(&issue.code);
        let line = format!("{}: {key}: {what}", at(path, place));
        problems.push((key, line));
    }
    problems
}

/// `file:line:column: the line: what`.
fn malformation(path: &Path, source: &str, error: &serde_yaml::Error) -> String {
    let error = error.without_snippet();
    let place = error.location().map(|l| (l.line(), l.column()));
    let line = place.and_then(|(line, _)| source.lines().nth(line as usize - 1));
    format!("{}: `{}`: {}", at(path, place), line.unwrap_or("").trim(), what_alone(error))
}

fn at(path: &Path, place: Option<(u64, u64)>) -> String {
    match place {
        Some((line, column)) => format!("{}:{line}:{column}", path.display()),
        None => path.display().to_string(),
    }
}

/// The message without the place that the library puts behind it.
fn what_alone(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.split(" at line ").next().unwrap_or(line).to_owned()
}

/// Lays the environment over what the file says; only the result has to be possible.
fn overlay(
    source: Source,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Config, ConfigProblem> {
    let mut tree = serde_json::to_value(&source.config).expect("a configuration is plain data");
    let mut names = Vec::new();
    for (name, text) in environment {
        let Some(path) = key_path(&name) else { continue };
        set_best(&mut tree, &path, &name, &text)?;
        names.push((path.join("."), name, text));
    }
    let config: Config =
        serde_json::from_value(tree).map_err(|why| ConfigProblem(named(&names, &why)))?;
    config
        .validate()
        .map_err(|report| ConfigProblem(invalid(&names, &source.impossible, &report)))?;
    Ok(config)
}

/// `HEARSAY_CHAT__RATE_LIMITING__SAY` is `chat.rate_limiting.say`. Names without a double underscore are not keys.
fn key_path(name: &str) -> Option<Vec<String>> {
    let rest = name.strip_prefix(PREFIX)?;
    rest.contains("__").then(|| rest.split("__").map(str::to_ascii_lowercase).collect())
}

/// Sets a key to a variable's text, as it stands or as YAML, whichever the key can be; rather as what it is now.
fn set_best(
    tree: &mut Value,
    path: &[String],
    name: &str,
    text: &str,
) -> Result<(), ConfigProblem> {
    let now = find(tree, path, name)?;
    let as_text = Value::String(text.to_owned());
    let as_yaml = serde_yaml::from_str(text).unwrap_or_else(|_| as_text.clone());
    let (first, second) = if now.is_string() { (as_text, as_yaml) } else { (as_yaml, as_text) };
    *now = second;
    let second_will_do = serde_json::from_value::<Config>(tree.clone()).is_ok();
    let second = std::mem::replace(find(tree, path, name)?, first);
    if second_will_do && serde_json::from_value::<Config>(tree.clone()).is_err() {
        *find(tree, path, name)? = second;
    }
    Ok(())
}

fn find<'a>(
    tree: &'a mut Value,
    path: &[String],
    name: &str,
) -> Result<&'a mut Value, ConfigProblem> {
    let mut place = tree;
    for key in path {
        place = place.as_object_mut().and_then(|map| map.get_mut(key)).ok_or_else(|| {
            ConfigProblem(format!("{name}: there is no configuration key {:?}", path.join(".")))
        })?;
    }
    Ok(place)
}

/// The variable among those set whose value the error is about: the one which, left alone, fails by itself.
fn named(names: &[(String, String, String)], why: &serde_json::Error) -> String {
    let guilty = names.iter().find(|(path, _, text)| {
        let mut tree = serde_json::to_value(Config::default()).expect("plain data");
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        set_best(&mut tree, &path, "", text).is_err()
            || serde_json::from_value::<Config>(tree).is_err()
    });
    match guilty {
        Some((path, name, text)) => format!("{name}={text:?}: {path}: {why}"),
        None => format!("environment: {why}"),
    }
}

/// Each impossible value under the name of who set it: a variable, a line of the file, or nobody.
fn invalid(
    names: &[(String, String, String)],
    in_file: &[(String, String)],
    report: &garde::Report,
) -> String {
    let lines = report.iter().map(|(path, why)| {
        let path = path.to_string();
        if let Some((_, name, text)) = names.iter().find(|(key, ..)| *key == path) {
            return format!("{name}={text:?}: {path}: {why}");
        }
        match in_file.iter().find(|(key, _)| *key == path) {
            Some((_, line)) => line.clone(),
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
    use crate::config::Guests;

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
            "/c.yaml:3:3: `lisen: 127.0.0.1:4000`: unknown field `lisen`, expected one of listen, tls_listen, proxies, mccp2, mccp3, keep_alive_seconds, mssp, gmcp"
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
    fn a_path_that_cannot_be_names_its_key_and_its_place() {
        let said = complaint("store: { path: /dev/null/h.db }\nlogs: { dir: /dev/null }\n", &[]);
        expect![[r#"
            /c.yaml:3:14: logs.dir: /dev/null cannot be a folder: /dev/null is a file
            /c.yaml:2:16: store.path: /dev/null cannot be a folder: /dev/null is a file"#]]
        .assert_eq(&said);
    }

    #[test]
    fn proxies_are_networks() {
        let said = complaint("telnet: { proxies: [10.0.0.0/8, here] }\n", &[]);
        assert!(said.contains("telnet.proxies[1]: \"here\" is not an address"), "{said}");
        let wide = complaint("telnet: { proxies: [0.0.0.0/0] }\n", &[]);
        assert!(wide.contains("telnet.proxies[0]"), "{wide}");
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
    fn the_environment_lies_over_the_file() {
        let pairs = [
            ("HEARSAY_CHAT__RATE_LIMITING__ENABLED", "false"),
            ("HEARSAY_TELNET__LISTEN", "127.0.0.1:0"),
            ("HEARSAY_NATS__USER", "1234"),
            ("HEARSAY_ACCOUNTS__GUESTS", "false"),
            ("HEARSAY_LOGS__NODE", "7"),
            ("HEARSAY_HTTP__ORIGINS", "[https://a.example, https://b.example]"),
            ("HEARSAY_WORLD__PATH", "/"),
            ("HEARSAY_BIN", "is no key"),
        ];
        let pairs = pairs.map(|(k, v)| (k.to_owned(), v.to_owned()));
        let config = load(None, pairs).unwrap();
        assert!(!config.chat.rate_limiting.enabled);
        assert_eq!(config.telnet.listen.port(), 0);
        assert_eq!(config.nats.user.as_deref(), Some("1234"));
        assert_eq!(config.accounts.guests, Guests::Always(false));
        assert_eq!(config.logs.node, "7");
        assert_eq!(config.http.origins, ["https://a.example", "https://b.example"]);
    }

    #[test]
    fn a_variable_makes_good_what_is_impossible_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.yaml");
        std::fs::write(&path, "world: { path: nowhere }\nstore: { group_ms: 20 }\n").unwrap();
        let good = ("HEARSAY_WORLD__PATH".to_owned(), "/".to_owned());
        assert_eq!(load(Some(&path), [good]).unwrap().world.path, Path::new("/"));
        assert!(load(Some(&path), []).unwrap_err().to_string().contains("c.yaml:1:16: world.path"));
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
