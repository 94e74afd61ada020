# Who tends the lists reads what is found, and nobody is troubled by it.
@set chat.content_filtering.words [darn]
@staff ada moderator
@player bob
bob> filter test darn
bob< There is no command "filter"
ada> filter test d.a.r.n
ada< found: "d.a.r.n" by word:darn (moderate, own)
ada< action: mask
ada< everyone reads: *******
ada> filter test fine
ada< nothing found
ada> filter dryrun 0
ada< How many messages? A number from 1 to 1000.
bob> say fine
bob> say D A R N it
bob< You say, "* * * * it"
ada> filter dryrun 10
ada< Found in 0 of the last 2 messages.
ada> filter
ada< Usage: filter test <text> | filter dryrun <count>
