# One who whispers is told, so that silence is not taken for an answer.
ada> ignore bob
bob> whisper ada are you there?
bob< Ada ignores you.
ada! are you there
