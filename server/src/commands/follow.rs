//! `follow <player>` and `unfollow`: walk behind somebody.

use super::{Command, Effect, Scene};
use crate::vocab::{PlayerId, Rank, Refusal};

pub(super) const FOLLOW: Command = Command {
    name: "follow",
    aliases: &["fol"],
    usage: "follow <player>",
    help: "Walk wherever a player here walks, until you `unfollow`.",
    rank: Rank::Guest,
    run: follow,
};

pub(super) const UNFOLLOW: Command = Command {
    name: "unfollow",
    aliases: &[],
    usage: "unfollow",
    help: "Walk your own way again.",
    rank: Rank::Guest,
    run: unfollow,
};

fn follow(scene: &Scene, whom: &str) -> Result<Vec<Effect>, Refusal> {
    let leader = scene.find_player_here(whom)?;
    if leader.id == scene.actor.id {
        return unfollow(scene, "");
    }
    if scene.actor.following == Some(leader.id) {
        return Err(Refusal::new(format!("You follow {} already.", leader.name)));
    }
    if leads_to(scene, leader.id, scene.actor.id) {
        return Err(Refusal::new(format!("{} follows you; one of you has to lead.", leader.name)));
    }
    if leader.ignores(scene.actor.id) {
        return Err(Refusal::new(format!("{} does not want you behind them.", leader.name)));
    }
    let told = format!("You follow {}.", leader.name);
    let tell = format!("{} follows you.", scene.actor.name);
    Ok(vec![
        Effect::Follow(Some(leader.id)),
        Effect::reply(told),
        Effect::Tell(leader.id, tell.into()),
    ])
}

/// Whether following from one player on comes to another.
fn leads_to(scene: &Scene, from: PlayerId, to: PlayerId) -> bool {
    let mut at = Some(from);
    while let Some(id) = at {
        if id == to {
            return true;
        }
        at = scene.world.player(id).and_then(|player| player.following);
    }
    false
}

fn unfollow(scene: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    let leader = scene.actor.following.and_then(|id| scene.world.player(id));
    let leader = leader.ok_or_else(|| Refusal::new("You follow nobody."))?;
    Ok(vec![Effect::Follow(None), Effect::reply(format!("You no longer follow {}.", leader.name))])
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::rehearsal::check::check;

    #[test]
    fn one_who_is_followed_is_told_once() {
        check(
            "ada: follow bob\nada: follow bob\nada: party invite bob\nada: party invite bob",
            expect![[r#"
                ada hears: You follow Bob.
                bob hears: Ada follows you.
                ada hears: You follow Bob already.
                ada hears: You start a party. (`party invite <player>` asks others in.)
                ada hears: You invite Bob.
                bob hears: Ada invites you to a party. (`accept Ada` joins it.)
                ada hears: You have invited Bob already."#]],
        );
    }
}
