# Those who ignore Ada do not read her reason, and masked words are masked in it, too.
@set chat.content_filtering.words [darn]
ada> afk darn tea
ada< You are away
bob> who
bob< Ada (away: **** tea)
gil> ignore ada
gil> who
gil< Ada (away)
gil! tea
gil> finger ada
gil< Away.
gil! tea
