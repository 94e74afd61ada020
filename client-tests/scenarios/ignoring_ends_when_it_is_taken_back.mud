ada> ignore bob
ada< You will no longer hear Bob.
ada> unignore bob
ada< You hear Bob again.
bob> say and now?
ada< Bob says, "and now?"
