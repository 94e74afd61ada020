# Gus is a guest.
@player ada
@guest gus
@staff mara moderator
ada> defcon
ada< There is no command
mara> defcon
mara< Defcon is 5: nothing is closed.
mara> defcon 4 30m a raid
mara< Defcon is 4 until
ada< staff have set defcon 4. Guests do not come in and are not heard. It counts for another 30 min
gus< defcon 4
gus> say hello
gus< Guests are not heard just now. The reason: a raid.
ada! hello
mara> defcon 2 30m still a raid
ada< defcon 2
ada! nothing is closed
ada> say one
gus< Ada says, "one"
ada> say two
ada< Slow mode: one line on say every 10 s.
mara> defcon 1 10m worse
ada< defcon 1
ada> shout three
ada< #1 on shout
gus! three
mara> approve 1
gus< Ada shouts, "three"
mara> defcon 5 they are gone
ada< Defcon is 5 again: nothing is closed any more.
ada> say four
gus< Ada says, "four"
mara> defcon 5
mara< Defcon is 5 already: nothing is closed.
mara> defcon 3 perm for ever
mara< Defcon ends by itself: say for how long.
mara> defcon 0 why
mara< Defcon is 4, 3, 2 or 1; 5 ends it.
