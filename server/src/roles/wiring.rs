//! From the configuration to the options of each part.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::accounts::{DeskOptions, NameFilter, Names};
use crate::api::v1::{ApiOptions, HookOptions, RateLimits};
use crate::api::{Door as HttpDoor, Patience, Peers, PlaceLimits, Places};
use crate::bus::Capacity;
use crate::bus::nats::{NatsLogin, NatsOptions, StreamOptions, SuffixOf};
use crate::bus::subject::SubjectSuffix;
use crate::channels::Table;
use crate::config::{ChatContent, Config, ScopeName, Webhook};
use crate::game::Rules;
use crate::gateway::{AccessLimits, BroadcasterLimits, Discord, Extras, SessionLimits};
use crate::journal::{Content, KeepDays, LogsOptions};
use crate::moderation::filter::Filter;
use crate::moderation::{self, DocketLimits};
use crate::store::{PrunePolicy, StoreOptions};
use crate::vocab::{AddressRange, ChannelName, HeldLimits, Secret};
use crate::world::{Atlas, Direction};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A wait that 0 switches off.
fn unless_zero(wait: Duration) -> Option<Duration> {
    Some(wait).filter(|wait| !wait.is_zero())
}

pub(super) fn capacity(config: &Config) -> Capacity {
    Capacity { inputs_max: config.limits.inputs_max, batches_max: config.limits.event_batches_max }
}

pub(super) fn store(config: &Config) -> StoreOptions {
    StoreOptions {
        queue_max: config.store.queue_max,
        group_ms: config.store.group_ms,
        ..StoreOptions::at(&config.store.path)
    }
}

/// How the logs are to be written.
#[must_use]
pub fn logs(config: &Config) -> LogsOptions {
    LogsOptions {
        dir: config.logs.dir.clone(),
        queue_records_max: config.logs.queue_records_max,
        keep: KeepDays {
            chat: config.logs.chat_keep_days,
            moderation: config.logs.moderation_keep_days,
            system: config.logs.system_keep_days,
        },
        content: match config.logs.content {
            ChatContent::Full => Content::Full,
            ChatContent::Ids => Content::Ids,
            ChatContent::None => Content::None,
        },
        node: config.logs.node.as_str().into(),
    }
}

pub(super) fn rules(config: &Config) -> Rules {
    let history = &config.chat.message_history;
    Rules {
        linkdead: seconds(config.limits.linkdead_seconds),
        idle: unless_zero(Duration::from_secs_f64(60.0 * config.limits.idle_minutes)),
        history: history.enabled,
        retention: unless_zero(seconds(86_400 * u64::from(history.retention_days))),
        ring_messages_max: ring(config),
        pushes: config.webhooks.iter().any(|webhook| webhook.offline),
        resume_lines_max: config.limits.resume_lines_max,
        context_lines: config.moderation.report_context_lines,
        case_lines_every: seconds(config.moderation.case_lines_seconds),
        held_lasts: seconds(config.moderation.held_seconds),
        held: HeldLimits {
            per_person_max: config.moderation.held_lines_per_person_max,
            lines_max: config.moderation.held_lines_max,
        },
        mask_usual: config.moderation.mask_default,
        snoop_max: seconds(60 * config.moderation.snoop_minutes_max),
    }
}

/// How much the queue of cases takes.
pub(super) fn docket(config: &Config) -> DocketLimits {
    let moderation = &config.moderation;
    DocketLimits {
        alone_max: unless_zero(seconds(86_400 * u64::from(moderation.alone_days_max))),
        merge: seconds(60 * moderation.report_merge_minutes),
        reports_open_max: moderation.reports_open_max,
        per_hour_max: moderation.reports_per_hour,
        cases_max: moderation.cases_max,
        ..DocketLimits::default()
    }
}

/// Messages of each channel in memory: never more than can be read again.
pub(super) fn ring(config: &Config) -> usize {
    let history = &config.chat.message_history;
    match history.max_messages_per_channel {
        0 => history.ring_messages_max,
        most => history.ring_messages_max.min(most),
    }
}

pub(super) fn prune(config: &Config) -> PrunePolicy {
    let history = &config.chat.message_history;
    let most = u32::try_from(history.max_messages_per_channel).unwrap_or(u32::MAX);
    PrunePolicy {
        days: Some(history.retention_days).filter(|days| *days > 0),
        per_channel_max: Some(most).filter(|most| *most > 0),
    }
}

pub(super) fn access(config: &Config) -> AccessLimits {
    let limits = &config.limits;
    AccessLimits {
        connections_max: limits.connections_max,
        per_address_max: limits.connections_per_address_max,
        new_per_address: limits.connections_new_per_address,
        loopback_exempt: limits.loopback_exempt,
    }
}

/// What there is for clients besides the game.
pub(super) fn extras(config: &Config) -> Extras {
    let (gmcp, mssp) = (&config.telnet.gmcp, &config.telnet.mssp);
    Extras {
        gui: gmcp.gui.clone().map(|url| (gmcp.gui_version.clone(), url)),
        map: gmcp.map.clone(),
        media: gmcp.media.clone(),
        sounds: gmcp.sounds.clone(),
        discord: gmcp.discord_application.clone().map(|application| Discord {
            application,
            invite: mssp.discord.clone(),
            game: mssp.name.clone(),
        }),
    }
}

pub(super) fn broadcaster(config: &Config) -> BroadcasterLimits {
    BroadcasterLimits {
        outbox_bytes_max: config.limits.outbox_bytes_max,
        outbox_stalled: seconds(config.limits.outbox_stalled_seconds),
        missed_lines_max: config.limits.missed_lines_max,
    }
}

pub(super) fn sessions(config: &Config) -> SessionLimits {
    let limits = &config.limits;
    SessionLimits {
        line_bytes_max: limits.line_bytes_max,
        websocket_message_bytes_max: limits.websocket_message_bytes_max,
        lines_per_second: limits.lines_per_second,
        lines_burst: limits.lines_burst,
        login: unless_zero(seconds(limits.login_seconds)),
        password_chars_min: config.accounts.password_chars_min,
        websocket_ping: seconds(limits.websocket_ping_seconds),
        websocket_pong: seconds(limits.websocket_pong_seconds),
        origins: config.http.origins.clone(),
        token_in_address: config.http.token_in_address,
        telnet_compresses: (config.telnet.mccp2, config.telnet.mccp3),
        telnet_sounds: !config.telnet.gmcp.sounds.is_empty(),
        telnet_keep_alive: unless_zero(seconds(config.telnet.keep_alive_seconds)),
    }
}

/// Who may read all figures; the configuration has checked each.
pub(super) fn metrics_from(config: &Config) -> Vec<AddressRange> {
    networks(&config.http.metrics_from)
}

pub(super) fn api(config: &Config, hooks: Vec<HookOptions>) -> ApiOptions {
    let api = &config.api;
    ApiOptions {
        hooks,
        origins: api.origins.clone(),
        rates: RateLimits {
            per_minute: api.requests_per_minute,
            per_minute_of_address: api.requests_per_minute_per_address,
        },
        body_bytes_max: api.body_bytes_max,
        patience: seconds(api.seconds_max),
        refresh_days: api.refresh_days,
        mask_usual: config.moderation.mask_default,
    }
}

/// Other systems that are told what happens, with their secrets.
///
/// # Errors
/// When one of them makes no sense, or its secret cannot be had.
pub(super) fn hooks(config: &Config) -> anyhow::Result<Vec<HookOptions>> {
    let mut names = std::collections::BTreeSet::new();
    let hooks = config.webhooks.iter().map(|webhook| {
        let what = || format!("webhooks: {}", webhook.name);
        anyhow::ensure!(config.api.enabled, "{}: takes api.enabled", what());
        anyhow::ensure!(names.insert(&webhook.name), "{}: there are two of this name", what());
        let secret = hook_secret(webhook).with_context(what)?;
        let authorities = hook_authorities(webhook).with_context(what)?;
        HookOptions::new(webhook, &secret, authorities)
            .map_err(|why| anyhow::anyhow!("{}: {why}", what()))
    });
    hooks.collect()
}

fn hook_secret(webhook: &Webhook) -> anyhow::Result<Secret> {
    match (&webhook.secret_file, &webhook.secret_env) {
        (Some(file), None) => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("secret_file: reading {}", file.display()))?;
            Ok(Secret::new(text.lines().next().unwrap_or_default()))
        }
        (None, Some(variable)) => {
            let text = std::env::var(variable);
            text.map(Secret::new).map_err(|_| anyhow::anyhow!("secret_env: {variable} is not set"))
        }
        _ => anyhow::bail!("takes secret_file or secret_env, one of them"),
    }
}

fn hook_authorities(webhook: &Webhook) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let Some(file) = &webhook.ca_file else { return Ok(Vec::new()) };
    let read = || -> anyhow::Result<Vec<_>> {
        let found: Vec<_> = CertificateDer::pem_file_iter(file)?.collect::<Result<_, _>>()?;
        anyhow::ensure!(!found.is_empty(), "no certificate is in it");
        Ok(found)
    };
    read().with_context(|| format!("ca_file: reading {}", file.display()))
}

/// How HTTP connections are let in.
pub(super) fn http_door(config: &Config) -> HttpDoor {
    let (limits, http) = (&config.limits, &config.http);
    let proxies: Arc<[AddressRange]> = networks(&http.trusted_proxies).into();
    HttpDoor {
        patience: Patience {
            head: seconds(limits.http_head_seconds),
            stall: seconds(limits.http_stalled_seconds),
        },
        places: Places::new(PlaceLimits {
            connections_max: limits.http_connections_max,
            per_address_max: limits.http_connections_per_address_max,
            loopback_exempt: limits.loopback_exempt,
            proxies: Arc::clone(&proxies),
        }),
        peers: Peers {
            proxies,
            hosts: http.hosts.iter().chain(&config.telnet.mssp.hostname).cloned().collect(),
        },
    }
}

/// Networks, of which the configuration has checked each.
fn networks(written: &[String]) -> Vec<AddressRange> {
    written.iter().filter_map(|network| network.parse().ok()).collect()
}

/// Where proxies are that speak the PROXY protocol.
pub(super) fn proxies(config: &Config) -> Vec<AddressRange> {
    networks(&config.telnet.proxies)
}

/// Nobody bears the name of a channel, of somebody who lives here, or of a way one can go.
fn reserved<'a>(
    config: &'a Config,
    table: &'a Table,
    atlas: &'a Atlas,
) -> impl Iterator<Item = &'a str> {
    let channels = table.rows().iter().map(|row| row.name.as_str());
    let words = atlas.npcs.iter().flat_map(|npc| npc.name.split(' '));
    // Not `the` and `boy` of those who have no name of their own.
    let residents = words.filter(|word| word.starts_with(char::is_uppercase));
    let ways = Direction::ALL.into_iter().map(|way| -> &'a str { way.name() });
    let configured = config.accounts.reserved_names.iter().map(String::as_str);
    channels.chain(residents).chain(ways).chain(configured)
}

/// What the content filter, as it is at the start, says of names.
fn name_filter(filter: Arc<Filter>) -> NameFilter {
    let rules = moderation::Rules::new(filter);
    NameFilter::new(move |name| rules.objects_to_name(name))
}

pub(super) fn desk(
    config: &Config,
    table: &Table,
    atlas: &Atlas,
    filter: Arc<Filter>,
) -> DeskOptions {
    let accounts = &config.accounts;
    DeskOptions {
        guests: accounts.guests,
        password_chars_min: accounts.password_chars_min,
        hash_workers: accounts.hash_workers,
        queue_max: accounts.hash_queue_max,
        wrong_passwords_per_minute: accounts.wrong_passwords_per_minute,
        loopback_exempt: config.limits.loopback_exempt,
        new_accounts_per_hour: accounts.new_accounts_per_hour,
        characters_max: accounts.characters_max,
        names: Names::new(reserved(config, table, atlas)).filtered(name_filter(filter)),
    }
}

pub(super) fn nats(config: &Config) -> anyhow::Result<NatsOptions> {
    let nats = &config.nats;
    let url = nats.url.parse().context("nats.url")?;
    Ok(NatsOptions {
        login: nats_login(nats.user.as_deref(), nats.password_file.as_deref())?,
        name: config.logs.node.clone(),
        stream: nats.stream.then(StreamOptions::default),
        payload_bytes_max: nats.max_payload,
        reconnect_time_wait: Duration::from_secs_f64(nats.reconnect_time_wait),
        reconnect_time_wait_max: Duration::from_secs_f64(nats.reconnect_time_wait.max(4.0)),
        max_reconnect_attempts: u32::try_from(nats.max_reconnect_attempts).unwrap_or(u32::MAX),
        ping_interval: Duration::from_secs_f64(nats.ping_interval),
        outbox_messages_max: nats.outbox_messages_max,
        outbox_age_max: seconds(nats.outbox_age_max),
        ..NatsOptions::at(url)
    })
}

fn nats_login(user: Option<&str>, file: Option<&Path>) -> anyhow::Result<NatsLogin> {
    let Some(name) = user else { return Ok(NatsLogin::Open) };
    let file = file.context("nats.user is set, but nats.password_file is not")?;
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("nats.password_file: reading {}", file.display()))?;
    let password = Secret::new(text.lines().next().unwrap_or_default());
    Ok(NatsLogin::User { name: name.to_owned(), password })
}

/// What follows a channel in its subject: where it is heard tells what is known of it.
pub(super) fn suffixes(table: &Table) -> SuffixOf {
    let suffixes: std::collections::HashMap<ChannelName, SubjectSuffix> =
        table.rows().iter().map(|row| (row.name.clone(), suffix(row.scope.name))).collect();
    Arc::new(move |channel| suffixes.get(channel).copied().unwrap_or(SubjectSuffix::None))
}

fn suffix(scope: ScopeName) -> SubjectSuffix {
    match scope {
        ScopeName::Room | ScopeName::Subzone | ScopeName::Zone | ScopeName::Plane => {
            SubjectSuffix::Room
        }
        ScopeName::Party => SubjectSuffix::Party,
        ScopeName::Player => SubjectSuffix::Player,
        ScopeName::Everyone | ScopeName::Staff | ScopeName::Members => SubjectSuffix::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_can_pass_for_a_resident_or_a_direction() {
        let config = Config::default();
        let table = Table::new(&config.chat).unwrap();
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../world-data");
        let atlas = Atlas::load(&shipped).atlas.unwrap();
        let names = desk(&config, &table, &atlas, Arc::default()).names;
        for refused in ["Denzil", "trewick", "Keeper", "North", "Global"] {
            assert!(names.check(refused).is_err(), "{refused}");
        }
        assert!(names.check("Ada").is_ok());
    }
}
