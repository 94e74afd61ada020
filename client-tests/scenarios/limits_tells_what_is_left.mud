@set chat.rate_limiting.enabled true
@set chat.rate_limiting.say 2
@staff mara moderator
bob> limits
bob< How much you may say
bob< a minute  said  left  next
bob< say             2     0     2  now
bob> say one
bob> say two
bob> say three
bob< Not so fast: 2 lines a minute on say.
mara! three
bob> limits
bob< say             2     2     0  in
mara> limits bob
mara< How much Bob may say
mara< say             2     2     0  in
bob> limits mara
bob< How much others may say is for staff.
mara> limits
mara< Nothing limits how much you may say
