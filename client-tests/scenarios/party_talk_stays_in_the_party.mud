ada> party create
ada> party invite bob
ada< You invite Bob.
bob< Ada invites you to a party.
bob> accept
ada< Bob joins the party.
bob> down
ada> party keep together
ada< [party] Ada: keep together
bob< [party] Ada: keep together
gil! keep together
gil> party let me in
gil< You are not in a party.
ada! let me in
ada> party disband
bob< Ada ends the party.
bob> party anyone?
bob< You are not in a party.
