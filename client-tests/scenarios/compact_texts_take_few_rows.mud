# Lists run on in one line, and sentences too.
ada> exits
ada<   north: The Quay
ada<   down: The Foot of the Stair
ada> compact
ada< Texts take as few rows as they can.
ada> exits
ada<   north: The Quay; down: The Foot of the Stair
bob> say here
ada> look
ada< A tin lantern lies here. Bob is here.
ada> compact off
ada< Texts take their room.
ada> look
ada< A tin lantern lies here.
ada< Bob is here.
