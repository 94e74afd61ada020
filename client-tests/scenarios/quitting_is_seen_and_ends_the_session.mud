ada> q
ada< To leave, type `quit` in full.
ada> quit
bob< Ada leaves the world.
bob> whisper ada still there?
bob< Nobody called ada is in the world just now.
