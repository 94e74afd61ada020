//! Coming back by a word: who shows it goes on where their connection was lost. Keeps of each word only its hash, one a
//! player; each is good for one time, and dies with its player's stay in the world.

use super::arrive::Successor;
use super::step::Game;
use super::{Outcome, Request};
use crate::commands::Clock;
use crate::vocab::{
    Applicant, Audience, Fact, LoginReply, PlayerId, ResumeToken, Returning, SessionId, WayBack,
};
use crate::world::{Link, Player};

/// What somebody reads whose word leads nowhere; it does not say why.
const LEADS_NOWHERE: &str = "That word leads nowhere: it is wrong, was used before, or its time is over. Log in by your name.";

impl Game {
    /// Somebody shows a word.
    pub(super) fn come_back(&mut self, returning: Returning, clock: Clock, out: &mut Outcome) {
        let Returning { session, .. } = returning;
        self.introduce_gateway(session, out);
        if self.vanished.remove(&session).is_some() {
            return;
        }
        let admitted = self.returning(&returning, clock);
        self.tally.returned(admitted.is_ok());
        let id = match admitted {
            Ok(id) => id,
            Err(why) => return answer(session, why, out),
        };
        let Returning { via, address, next, resume, .. } = returning;
        let token = Some(next);
        self.succeed(
            id,
            Successor { session, via, address, resume, token, by_token: true },
            clock,
            out,
        );
    }

    /// Who comes back, or what the one who wanted to is answered.
    fn returning(&self, returning: &Returning, clock: Clock) -> Result<PlayerId, LoginReply> {
        if self.world.seated(returning.session).is_some() {
            return Err(LoginReply::Refused("You are in the world already.".to_owned()));
        }
        let player = self.bearer(&returning.token, clock);
        let player = player.ok_or_else(|| LoginReply::Refused(LEADS_NOWHERE.to_owned()))?;
        let (account, rank, address) = (player.account, player.rank, returning.address);
        let applicant = Applicant { account, rank, name: player.name.as_str(), address };
        match self.moderation.restrictions.barred(&applicant, clock.now) {
            Some(why) => Err(LoginReply::Barred(why)),
            None => Ok(player.id),
        }
    }

    /// Whose word it is. The moment counts at which their time ends, not the tick that puts them out.
    fn bearer(&self, token: &ResumeToken, clock: Clock) -> Option<&Player> {
        let player = self.world.bearer(&token.hash())?;
        let in_time = match player.link {
            Link::Live => true,
            Link::Dead(since) => clock.now.saturating_sub(since) < self.rules.linkdead,
        };
        in_time.then_some(player)
    }

    /// Keeps the hash of a player's new word; the one before is void.
    pub(super) fn keep_token(
        &mut self,
        id: PlayerId,
        token: Option<ResumeToken>,
        is_shown: bool,
    ) -> Option<WayBack> {
        let seconds = self.rules.linkdead.as_secs();
        let is_guest = self.world.player(id)?.is_guest();
        let token = token.filter(|_| seconds > 0 && !is_guest);
        self.world.give_token(id, token.as_ref().map(ResumeToken::hash));
        token.map(|token| WayBack { token, seconds, is_shown })
    }

    /// Has a word drawn for a player who asks for one.
    pub(super) fn draw_token(&self, actor: PlayerId, out: &mut Outcome) {
        if self.rules.linkdead.is_zero() {
            out.tell(actor, "Nobody stays in this world without a connection; nothing leads back.");
        } else {
            out.ask(Request::DrawToken(actor));
        }
    }

    /// Hands a word to the player it was drawn for, if their connection is there to take it.
    pub(super) fn hand_out(&mut self, id: PlayerId, token: &ResumeToken, out: &mut Outcome) {
        let Some(player) = self.world.player(id).filter(|player| player.link == Link::Live) else {
            return;
        };
        let session = player.session;
        if let Some(way_back) = self.keep_token(id, Some(token.clone()), true) {
            out.emit(Audience::Session(session), Fact::Handed(way_back));
            self.show_prompt(id, out);
        }
    }
}

fn answer(session: SessionId, reply: LoginReply, out: &mut Outcome) {
    out.emit(Audience::Session(session), Fact::Answered(reply));
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::game::{Answer, Turn};
    use crate::rehearsal::Rehearsal;
    use crate::vocab::{Event, Rank, Resume, Transport};

    fn token(number: u8) -> ResumeToken {
        ResumeToken::of([number; 32])
    }

    /// Shows a word over a new connection; returns what the connection is told.
    fn shows(stage: &mut Rehearsal, session: u64, number: u8) -> Vec<Event> {
        let out = comes(stage, session, number, None);
        let to = Audience::Session(SessionId(session));
        out.events.iter().filter(|event| event.to == to).map(|event| (**event).clone()).collect()
    }

    fn comes(stage: &mut Rehearsal, session: u64, number: u8, resume: Option<Resume>) -> Outcome {
        let returning = Returning {
            session: SessionId(session),
            via: Transport::Telnet,
            address: std::net::IpAddr::from([127, 0, 0, 1]),
            token: token(number),
            next: token(number + 100),
            resume,
        };
        let mut out = Outcome::default();
        stage.game.step(Turn::Returning(Box::new(returning)), stage.clock, &mut out);
        out
    }

    fn is_let_in(events: &[Event]) -> bool {
        events.iter().any(|event| matches!(event.fact, Fact::Entered(_)))
    }

    fn holds(stage: &mut Rehearsal, number: u8) {
        stage.turn(Turn::Answered(Answer::Drawn(PlayerId(1), token(number))));
    }

    #[test]
    fn a_word_is_good_for_one_time() {
        let mut stage = Rehearsal::new();
        let ada = stage.enter("Ada", Rank::Player);
        holds(&mut stage, 1);
        stage.hang_up(ada);
        assert!(!is_let_in(&shows(&mut stage, 70, 9)), "a wrong one");
        assert!(is_let_in(&shows(&mut stage, 71, 1)));
        assert!(!is_let_in(&shows(&mut stage, 72, 1)), "used");
        assert!(is_let_in(&shows(&mut stage, 73, 101)), "what it was exchanged for");
        assert_eq!(stage.game.world().seated(SessionId(73)), Some(PlayerId(1)));
    }

    #[test]
    fn a_new_word_voids_the_one_before() {
        let mut stage = Rehearsal::new();
        stage.enter("Ada", Rank::Player);
        holds(&mut stage, 1);
        holds(&mut stage, 2);
        assert!(!is_let_in(&shows(&mut stage, 70, 1)));
        assert!(is_let_in(&shows(&mut stage, 71, 2)), "a connection that is lost unnoticed");
    }

    #[test]
    fn a_word_ends_with_its_time() {
        let mut stage = Rehearsal::new();
        let ada = stage.enter("Ada", Rank::Player);
        holds(&mut stage, 1);
        stage.hang_up(ada);
        // No tick has put them out yet.
        stage.clock.now += Duration::from_secs(60);
        assert!(!is_let_in(&shows(&mut stage, 70, 1)));
        stage.clock.now -= Duration::from_secs(1);
        assert!(is_let_in(&shows(&mut stage, 71, 1)));
    }

    #[test]
    fn guests_have_none() {
        let mut stage = Rehearsal::new();
        stage.enter("Gil", Rank::Guest);
        holds(&mut stage, 1);
        assert!(!is_let_in(&shows(&mut stage, 70, 1)));
    }

    #[test]
    fn what_was_missed_comes_out_of_memory() {
        let mut stage = Rehearsal::new();
        let (ada, bob) = (stage.enter("Ada", Rank::Player), stage.enter("Bob", Rank::Player));
        holds(&mut stage, 1);
        stage.types(bob, "say first");
        let channel = "say".parse().unwrap();
        let epoch = stage.game.sequences.epoch().clone();
        let seen = Resume([(channel, (epoch, 1))].into());
        stage.hang_up(ada);
        stage.types(bob, "say second");
        let out = comes(&mut stage, 70, 1, Some(seen));
        let replayed = out.events.iter().find_map(|event| match &event.fact {
            Fact::Replayed { lines, gap } => Some((lines.len(), *gap)),
            _ => None,
        });
        assert_eq!(replayed, Some((1, false)));
        let asked = out.requests.iter().any(|it| matches!(it, Request::LookUpMissed(_)));
        assert!(!asked, "the store is asked: {:?}", out.requests);
    }
}
