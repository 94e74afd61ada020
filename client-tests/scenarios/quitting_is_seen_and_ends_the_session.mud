ada> quit
bob< Ada
bob> whisper ada still there?
bob< Nobody called ada is in the world just now.
