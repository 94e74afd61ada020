# Wherever they are; `reply` finds the way back.
bob> down
ada> whisper bob the third plank
ada< You whisper to Bob, "the third plank"
bob< Ada whispers to you, "the third plank"
gil! third plank
bob> reply only pretends
ada< Bob whispers to you, "only pretends"
gil! only pretends
