# A title stands behind the name, a description is for who looks; not for those who ignore Ada.
@set chat.content_filtering.words [darn]
ada> title mender of darn nets
ada< Your title: mender of **** nets.
ada> describe Small, with ink on her hands.
ada< Who looks at you reads: Small, with ink on her hands.
bob> who
bob< Ada, mender of **** nets
bob> finger ada
bob< Ada, mender of **** nets (player)
bob> look ada
bob< Ada, mender of **** nets, a visitor to these parts.
bob< Small, with ink on her hands.
gil> ignore ada
gil> look ada
gil< Ada, a visitor to these parts.
gil! ink
gil! nets
ada> title admin of this place (owner)
ada< No brackets in a title
ada> title off
ada< You no longer show a title.
bob> who
bob< Ada
bob! nets
