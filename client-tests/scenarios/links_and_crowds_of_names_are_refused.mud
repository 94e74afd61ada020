@set chat.rate_limiting.enabled true
@guest gil
ada> say look at https://example.org
ada< Your account is too young to send links. It may in
bob! example
gil> say look at www.example.org
gil< Guests cannot send links.
bob! example
ada> say @bob @gil @ada @dan hello
ada< You call upon too many at once: at most 3 names with @ in a line.
bob! hello
ada> say @bob @gil @ada hello
bob< Ada says, "@bob @gil @ada hello"
