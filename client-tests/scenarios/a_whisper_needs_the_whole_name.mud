# A beginning of a name could reach another one while the one who is meant is away.
ada> whisper bo psst
ada< Nobody called bo is in the world just now. If you mean Bob, whisper to Bob by the whole name.
bob! psst
ada> whisper bob psst
bob< Ada whispers to you, "psst"
