# What Ada showed before she was muted everywhere is for staff alone while it lasts; she can show nothing new.
@staff mara moderator
ada> title mender of nets
ada> describe Small, with ink on her hands.
ada> afk mending nets
ada< You are away
mara> mute ada shout 1h spam
mara< Ada is muted on shout
bob> look ada
bob< Ada, mender of nets, a visitor
ada> title queen of nets
ada< Your title: queen of nets.
mara> mute ada all 1h spam
mara< Ada is muted on all channels
bob> look ada
bob< Ada, a visitor to these parts
bob! nets
bob! ink
bob> who
bob< Ada (away)
bob! nets
bob> finger ada
bob< Away.
bob! nets
mara> look ada
mara< Ada, queen of nets, a visitor
mara< Small, with ink on her hands.
ada> look me
ada< Ada, queen of nets, a visitor
ada> title friend of all
ada< You are muted on all channels
ada> describe Tall.
ada< You are muted on all channels
mara> unmute ada
mara< Ada is no longer muted.
bob> look ada
bob< Ada, queen of nets, a visitor
