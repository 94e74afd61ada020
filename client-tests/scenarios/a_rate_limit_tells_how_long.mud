@set chat.rate_limiting.enabled true
@set chat.rate_limiting.say 2
ada> say one
ada> say two
ada> say three
ada< Not so fast: 2 lines a minute on say
bob! three
ada> emote waits
bob< Ada waits
