# Ada, Bob and Gil share a room.
ada> ignore bob
ada< You will no longer hear Bob.
bob> say anyone here?
bob< You say, "anyone here?"
gil< Bob says, "anyone here?"
ada! anyone here
