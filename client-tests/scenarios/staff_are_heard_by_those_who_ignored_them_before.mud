@staff olga admin
@player ada
@player bob
ada> ignore bob
bob> say one
ada! one
olga> rank bob helper
olga< Bob is helper now.
bob> say mind the planks
ada< Bob says, "mind the planks"
bob> whisper ada are you well?
ada< Bob whispers to you, "are you well?"
