@set chat.rate_limiting.enabled true
ada> say Fresh herring at the old mill
ada> shout FRESH herring, at the old mill!
ada> say fresh herring at the old mill 3
ada< You have said that already, more than once.
bob! herring
bob> say Fresh herring at the old mill
ada< Bob says, "Fresh herring at the old mill"
ada> say yes
ada> say yes
ada> say yes
bob< Ada says, "yes"
