@set chat.rate_limiting.enabled true
@set chat.floods.wave_newcomers_per_minute 2
ada> say who are they all?
bob< Ada says, "who are they all?"
gil> global hello
gil< Newcomers are heard on global again in
ada! hello
gil> say hello
ada< Gil says, "hello"
