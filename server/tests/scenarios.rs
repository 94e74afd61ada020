//! Every scenario of `client-tests/scenarios`, in memory: the same files that are played over real sockets, against the
//! same loop and the same broadcaster, without a socket. `client-tests/README.md` describes the format.

#![allow(clippy::unwrap_used)]

#[path = "../../client-tests/src/scenario/parse.rs"]
#[allow(unreachable_pub, dead_code, reason = "it is a module of another crate, too")]
mod parse;
mod support {
    #[allow(unreachable_pub, dead_code, reason = "every test uses its own part of it")]
    pub(crate) mod rehearsal;
}
#[path = "../../client-tests/src/transcript.rs"]
#[allow(unreachable_pub, dead_code, reason = "it is a module of another crate, too")]
mod transcript;

use std::fs;
use std::path::PathBuf;

use hearsay::gateway::Dialect;
use hearsay::vocab::Rank;

use parse::{Act, Player, Role, Scenario, Step, Via};
use support::rehearsal::given::{repository, settings, world_of_tests};
use support::rehearsal::{Arrival, ROOMY, Rehearsal};
use transcript::{Place, Transcript};

fn files() -> Vec<PathBuf> {
    let folder = repository().join("client-tests/scenarios");
    let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "mud")).collect();
    files.sort();
    assert!(!files.is_empty(), "no scenarios in {}", folder.display());
    files
}

/// A scenario under way.
struct Play<'a> {
    stage: Rehearsal,
    scenario: &'a Scenario,
    transcripts: Vec<Transcript>,
    /// For each player, what they had read when somebody last typed.
    since: Vec<Place>,
}

impl<'a> Play<'a> {
    fn begin(scenario: &'a Scenario, usual: Dialect) -> Self {
        let config = settings(&scenario.settings);
        let mut stage = Rehearsal::within(&config, world_of_tests(), &[ROOMY], 1);
        for player in &scenario.players {
            let (name, rank) = (player.character(), rank(player));
            let dialect = match player.via {
                Some(Via::Telnet) => Dialect::Telnet,
                Some(Via::Websocket) => Dialect::Json,
                None => usual,
            };
            stage.arrive(Arrival { dialect, ..Arrival::of(&name, rank) });
        }
        stage.deliver();
        let transcripts = scenario.players.iter().map(|player| Transcript::of(&player.name));
        let mut play = Self { stage, scenario, transcripts: transcripts.collect(), since: vec![] };
        play.read();
        play.transcripts.iter_mut().for_each(Transcript::skip_to_end);
        play.remember();
        play
    }

    fn read(&mut self) {
        for (client, transcript) in self.transcripts.iter_mut().enumerate() {
            self.stage.heard(client).into_iter().for_each(|line| transcript.read(line));
        }
    }

    fn remember(&mut self) {
        self.since = self.transcripts.iter().map(Transcript::end).collect();
    }

    fn perform(&mut self, step: &Step) -> Result<(), String> {
        let who = &self.scenario.players[step.player].name;
        match &step.act {
            Act::Types(line) => {
                self.remember();
                self.transcripts[step.player].typed(line);
                self.stage.types(step.player, line);
                self.stage.let_all_be_said();
                self.read();
                Ok(())
            }
            Act::Reads(text) => match self.transcripts[step.player].find_next(text) {
                Some(_) => Ok(()),
                None => Err(format!("{who} never reads {text:?}")),
            },
            Act::NeverReads(text) => {
                let mut read = self.transcripts[step.player].read_since(self.since[step.player]);
                match read.find(|line| line.contains(text)) {
                    None => Ok(()),
                    Some(line) => Err(format!("{who} reads {line:?}")),
                }
            }
        }
    }
}

fn rank(player: &Player) -> Rank {
    match &player.role {
        Role::Guest => Rank::Guest,
        Role::Player => Rank::Player,
        Role::Staff(rank) => rank.parse().unwrap(),
    }
}

/// Plays a scenario; at its first expectation that does not hold, the line, what is wrong and the player's transcript.
fn play(scenario: &Scenario, usual: Dialect) -> Result<(), String> {
    let mut play = Play::begin(scenario, usual);
    for step in &scenario.steps {
        play.perform(step).map_err(|problem| {
            let transcript = &play.transcripts[step.player];
            format!("line {}: {problem}\n{transcript}", step.line)
        })?;
    }
    Ok(())
}

fn all_hold(usual: Dialect) {
    let mut failures = Vec::new();
    for path in files() {
        let source = fs::read_to_string(&path).unwrap();
        let held = Scenario::parse(&source)
            .map_err(|why| why.to_string())
            .and_then(|scenario| play(&scenario, usual));
        if let Err(problem) = held {
            failures.push(format!("{}: {problem}", path.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn scenarios_hold_for_readers_of_lines() {
    all_hold(Dialect::Telnet);
}

#[test]
fn scenarios_hold_for_readers_of_json() {
    all_hold(Dialect::Json);
}

#[test]
fn a_scenario_can_fail() {
    let failing = |text: &str| {
        let scenario = Scenario::parse(text).unwrap();
        play(&scenario, Dialect::Telnet).unwrap_err().lines().next().unwrap().to_owned()
    };
    assert_eq!(failing("ada> say hi\nada< bye"), "line 2: ada never reads \"bye\"");
    assert_eq!(failing("ada> say hi\nbob! hi"), "line 2: bob reads \"Ada says, \\\"hi\\\"\"");
}
