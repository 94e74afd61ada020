//! `help` and `commands`: everything here, explained from the tables themselves.

use super::scene::{heading, listed};
use super::{ALL, Command, Effect, Resolved, Scene, resolve};
use crate::channels::Channel;
use crate::vocab::{Link, List, Prose, Rank, Refusal, Role};

pub(super) const HELP: Command = Command {
    name: "help",
    aliases: &["h", "?"],
    usage: "help\nhelp <command, channel or topic>",
    help: "Explain a command, a channel or a topic; alone, tell where to begin.",
    rank: Rank::Guest,
    run: help,
};

pub(super) const COMMANDS: Command = Command {
    name: "commands",
    aliases: &[],
    usage: "commands",
    help: "List every command you may use.",
    rank: Rank::Guest,
    run: commands,
};

fn help(scene: &Scene, about: &str) -> Result<Vec<Effect>, Refusal> {
    let about = about.to_lowercase();
    if about.is_empty() {
        return Effect::answer(overview(scene));
    }
    if let Some(topic) = scene.atlas().topic(&about) {
        return Effect::answer(heading(&topic.name).line().then(topic.text.clone()));
    }
    match resolve(scene, &about) {
        Ok(Resolved::Command(command)) => Effect::answer(of_command(command)),
        Ok(Resolved::Channel(row)) => Effect::answer(of_channel(row)),
        Ok(Resolved::Exit(_)) => Effect::answer(of_command(&super::go::GO)),
        Ok(Resolved::Social(_)) => Effect::answer(of_command(&super::socials::SOCIALS)),
        Err(_) => {
            Err(Refusal::new(format!("There is no help on {about:?}. Try `help` or `commands`.")))
        }
    }
}

fn overview(scene: &Scene) -> Prose {
    let topics: Vec<&str> = scene.atlas().topics.iter().map(|topic| topic.name.as_str()).collect();
    heading("Help")
        .plain("\nWalk by typing a way out: ")
        .link(Role::Exit, "north", Link::send("north"))
        .plain(", or its beginning. ")
        .link(Role::Exit, "look", Link::send("look"))
        .plain(" around, ")
        .link(Role::Exit, "examine", Link::prompt("examine "))
        .plain(" things, ")
        .link(Role::Exit, "say", Link::prompt("say "))
        .plain(" something to those beside you, see ")
        .link(Role::Exit, "who", Link::send("who"))
        .plain(" is here and which ")
        .link(Role::Exit, "channels", Link::send("channels"))
        .plain(" there are.\n")
        .link(Role::Exit, "commands", Link::send("commands"))
        .plain(" lists everything you can type; `help <command>` explains it.\nTopics: ")
        .plain(listed(&topics, "and"))
        .plain(".")
}

fn commands(scene: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    let may = |rank: Rank| scene.actor.rank >= rank;
    let own = |staff: bool| -> Vec<&str> {
        let mut names: Vec<&str> = ALL
            .iter()
            .filter(|command| may(command.rank) && command.rank.is_staff() == staff)
            .map(|command| command.name)
            .collect();
        names.sort_unstable();
        names
    };
    let rows = scene.channels.rows().iter().filter(|row| may(row.speak));
    let rows: Vec<&str> = rows.map(|row| row.name.as_str()).collect();
    let mut prose = heading("Commands").plain(format!("\n{}.\n", listed(&own(false), "and")));
    prose =
        prose.then(heading("Channels to speak on")).plain(format!("\n{}.", listed(&rows, "and")));
    if scene.actor.rank.is_staff() {
        let staff = listed(&own(true), "and");
        prose = prose.line().then(heading("For staff")).plain(format!("\n{staff}."));
    }
    Effect::answer(prose.plain("\n`socials` lists the gestures."))
}

fn of_command(command: &Command) -> Prose {
    let forms = command.usage.lines().map(form);
    let mut notes = Vec::new();
    if !command.aliases.is_empty() {
        notes.push(Prose::text(format!("Also: {}.", command.aliases.join(", "))));
    }
    if command.rank.is_staff() {
        notes.push(Prose::text(format!("For rank {} and above.", command.rank)));
    }
    heading(command.name)
        .plain(format!("\n{}\nType:", command.help))
        .list(List::of(forms))
        .list(List::of_sentences(notes))
}

/// One way to type a command. Pressing it types as much as is always the same.
fn form(usage: &str) -> Prose {
    Prose::new().link(Role::Exit, usage, Link::of_usage(usage))
}

fn of_channel(row: &Channel) -> Prose {
    let mut prose = heading(row.name.as_str())
        .plain(format!("\n{} Heard by {}.", row.about, row.scope.heard_by))
        .list(List::of([form(&format!("{} <words>", row.name))]))
        .plain(format!("At most {} characters a line", row.chars));
    if row.per_minute > 0 {
        prose = prose.plain(format!(" and {} lines a minute", row.per_minute));
    }
    prose = prose.plain(".");
    if !row.aliases.is_empty() {
        prose = prose.plain(format!(" Also: {}.", row.aliases.join(", ")));
    }
    prose
}
