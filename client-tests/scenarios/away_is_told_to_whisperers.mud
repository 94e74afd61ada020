ada> afk tea
ada< You are away
bob> whisper ada there?
bob< Ada is away: tea.
ada< Bob whispers to you, "there?"
