# Bob says the same over and over: a rule warns him, and then puts him into a timeout. Nobody has ordered it.
@set chat.rate_limiting.enabled true
@set moderation.ladder true
@player ada
@player bob
@staff mara moderator
bob> say come and buy my fine gold
bob> say come and buy my fine gold
bob> say come and buy my fine gold
bob< You have said that already, more than once.
mara> points
mara< Points (ladder 1; half of them are gone after 7d)
mara< Bob: 0.5; next at 3: warn
bob> say come and buy my fine gold
bob> say come and buy my fine gold
bob> say come and buy my fine gold
bob> say come and buy my fine gold
bob> say come and buy my fine gold
bob< The rule ladder 1 warns you: saying the same again and again (3.0 points)
mara< [ladder 1] Bob is warned: saying the same again and again (3.0 points)
ada! warned
bob> say come and buy my fine gold
bob< The rule ladder 1 has warned you
bob> acknowledge
bob< Thank you. This no longer keeps you from speaking.
mara> warn bob stop it
mara< Bob is warned: stop it
bob> acknowledge
bob< Thank you.
bob> say come and buy my fine gold
bob< The rule ladder 1 warns you
bob> acknowledge
bob< Thank you.
bob> say come and buy my fine gold
bob< By the rule ladder 1, you are in a timeout for another
mara< [ladder 1] Bob is in a timeout until
ada! timeout
mara> points bob
mara< Bob: 6.0, on timeout for 10m; next at 10: mute for 2h
bob> say let me speak
bob< You are in a timeout for another
bob> myrecord
bob< timeout by the rule ladder 1: saying the same again and again (6.0 points) [counts for another
bob> myrecord
bob< With `appeal <text>` somebody else looks at it again.
bob> myrecord
bob< warning by the rule ladder 1
mara> record bob
mara< timeout by the rule ladder 1
bob> appeal it was a joke
bob< Your appeal is with the staff now.
mara< case 1, Bob appeals: it was a joke
mara> grant 1 fine
mara< Bob is no longer in a timeout.
bob< you are no longer in a timeout
mara> points bob clear fine
mara< Bob had 6.0 points and has none now.
mara> points bob
mara< Bob has no points.
bob! points
bob> say thank you
ada< Bob says, "thank you"
mara> record bob
mara< pardon by Mara (moderator): fine
bob> points
bob< There is no command
# Staff are not counted.
mara> say hello
mara> say hello
mara> say hello
mara> say hello
mara> points
mara< Nobody has any points.
