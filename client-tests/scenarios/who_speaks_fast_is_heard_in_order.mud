# What comes too fast waits its turn, and what is typed behind it waits, too.
@set chat.rate_limiting.enabled true
@set chat.rate_limiting.burst 2
ada> say one
ada> say two
ada> say three
ada< You say, "three"
bob< Ada says, "three"
ada> emote is the fourth
ada> say five
bob< Ada is the fourth
bob< Ada says, "five"
