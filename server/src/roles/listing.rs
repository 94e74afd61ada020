//! What lists of games are told about this server, gathered once at the start.

use smol_str::SmolStr;

use super::status::WorldCounts;
use crate::config::Config;
use crate::gateway::Variable;

/// What of it does not change while the server runs. The port for TLS is told only where its certificate can be verified:
/// Mudlet asks its players to change over to it.
pub(super) fn variables(
    config: &Config,
    world: Option<&WorldCounts>,
    port: u16,
    tls_port: Option<u16>,
) -> Vec<Variable> {
    let mssp = &config.telnet.mssp;
    let mut told = Told::default();
    told.some("HOSTNAME", mssp.hostname.as_ref());
    told.some("PORT", Some(port));
    told.some("SSL", tls_port);
    told.some("CODEBASE", Some(concat!("Hearsay ", env!("CARGO_PKG_VERSION"))));
    told.some("CONTACT", mssp.contact.as_ref());
    told.some("WEBSITE", mssp.website.as_ref());
    told.some("DISCORD", mssp.discord.as_ref());
    told.some("ICON", mssp.icon.as_ref());
    told.some("LANGUAGE", Some(&mssp.language));
    told.some("LOCATION", mssp.location.as_ref());
    told.some("CREATED", mssp.created);
    told.some("MINIMUM AGE", mssp.minimum_age);
    told.some("STATUS", Some(&mssp.status));
    told.some("FAMILY", Some("Custom"));
    told.some("CRAWL DELAY", Some("-1"));
    told.some("CHARSET", Some("UTF-8"));
    if let Some(world) = world {
        told.some("AREAS", Some(world.zones));
        told.some("ROOMS", Some(world.rooms));
        told.some("MOBILES", Some(world.npcs));
        told.some("OBJECTS", Some(world.items));
    }
    for can in ["ANSI", "UTF-8", "XTERM 256 COLORS", "XTERM TRUE COLORS", "GMCP", "MSDP"] {
        told.some(can, Some(1));
    }
    told.some("VT100", Some(0));
    told.some("MCCP", Some(u8::from(config.telnet.mccp2)));
    for (name, value) in &mssp.more {
        told.0.retain(|(known, _)| known != name);
        told.some(name, Some(value));
    }
    told.0
}

#[derive(Default)]
struct Told(Vec<Variable>);

impl Told {
    /// What is unknown is left out.
    fn some(&mut self, name: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.0.push((SmolStr::new(name), vec![value.to_string()]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_operator_writes_goes_first_and_what_is_unknown_is_left_out() {
        let mut config = Config::default();
        config.telnet.mssp.more.insert("PORT".to_owned(), "23".to_owned());
        config.telnet.mssp.more.insert("GENRE".to_owned(), "Fantasy".to_owned());
        let told = variables(&config, None, 4000, None);
        let value = |name: &str| {
            let found: Vec<_> = told.iter().filter(|(known, _)| known == name).collect();
            found.iter().flat_map(|(_, values)| values.clone()).collect::<Vec<_>>()
        };
        assert_eq!(value("PORT"), ["23"]);
        assert_eq!(value("GENRE"), ["Fantasy"]);
        assert_eq!(value("LANGUAGE"), ["English"]);
        for unknown in ["SSL", "CONTACT", "ROOMS"] {
            assert_eq!(value(unknown), Vec::<String>::new(), "{unknown}");
        }
    }
}
