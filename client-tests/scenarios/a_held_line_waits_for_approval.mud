# What Bob says waits; Mara lets one line through and not the other.
@player bob
@player gil
@staff mara moderator
mara> hold bob all 1h floods
mara< Bob is held for approval on all channels until
bob< what you say on all channels waits for their approval
bob> say a fine day
bob< What you say has to wait for staff: #1 on say: "a fine day"
mara< Bob wants to say #1 on say: "a fine day" (by hold)
gil! fine day
bob> shout buy gold
bob< #2 on shout
gil! buy gold
mara> held
mara< #1 on say: "a fine day" (Bob
mara< #2 on shout: "buy gold" (Bob
bob> approve 1
bob< There is no command "approve"
mara> approve 7
mara< No line #7 waits.
mara> approve -1
mara< "-1" is no number of a line
mara> approve #1
mara< #1 on say: "a fine day" by Bob is approved by Mara.
mara< Bob says, "a fine day"
bob< You say, "a fine day"
gil< Bob says, "a fine day"
mara> approve 1
mara< No line #1 waits.
mara> deny 2 no trade here
bob< Staff did not approve of #2 on shout: "buy gold": no trade here
gil! buy gold
mara> held
mara< No line waits for approval.
# A mute that comes between counts; the hold does not count again.
bob> say later
mara< #3 on say
mara> mute bob 1h enough
mara> approve 3
mara< It was not said all the same, by rule mute
bob< Staff approved of #3
gil! later
mara> unmute bob
mara> unhold bob
bob< you are no longer held for approval
bob> say free
gil< Bob says, "free"
