# What the shop says, in English.
#
# One message for each thing that can be said. Write for the ear: short sentences, the most
# important word last, nothing that a shopper would have to look up.
#
# Places
#   { $total }            a value that the message is given. Amounts, days, numbers that are read
#                         digit by digit and names read themselves; no formatting is needed.
#   { $count }            a count. Choose the plural with a selector:
#                           { $count ->
#                               [one] one pack
#                              *[other] { $count } packs
#                           }
#   { $state }            a word to select on, never to be said as it is.
#   { $items }            a list: "one, two, and three".
#   { OR($items) }        the same list with "or".
#   { ONE-BY-ONE($items) }  the same list as sentences of their own.
#   { $shop } { $support } { $privacy }   are there in every message, from skill.toml.
#
# Pauses
#   { PAUSE(300) }        a silence of 300 milliseconds.
#
# A skill in another language has the same messages with the same places; a missing one is
# refused when the skill is loaded.

## Said when nothing else can be

# A fault: nothing was ordered.
sorry = Sorry, something went wrong on my side, and nothing was ordered. Please try again in a moment.

# A reply that could not be put into words. Must have no places, and must not claim anything.
speechless = Sorry, I can't say that right now. You can ask me something else.

## How a list is joined

list-pair = { $first } and { $second }
list-more = { $first }, { $second }
list-last = { $first }, and { $second }
list-pair-or = { $first } or { $second }
list-last-or = { $first }, or { $second }
