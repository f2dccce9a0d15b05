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
#   { WITH($options) }    the same list as it belongs to one thing: "oat milk and two sugars".
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

# To somebody on another platform whose account there is not linked. The app then shows a card.
link-account = To shop by voice, your account has to be linked to your household at { $shop }. Please open the card in your app, and follow it.

# Said in between, where a platform can, when an answer takes longer than usual. It must not claim anything.
one-moment = One moment, please.

## How a list is joined

list-pair = { $first }, and { $second }
# A product's name has a comma of its own ("paper towels, twelve pack"), so a semicolon divides them.
list-more = { $first }; { $second }
list-last = { $first }; and { $second }
# What belongs to one thing of a list ("oat milk and two sugars"), without the pause of a list of things.
with-pair = { $first } and { $second }
with-more = { $first }, { $second }
with-last = { $first } and { $second }
list-pair-or = { $first }, or { $second }
list-last-or = { $first }; or { $second }

## Hello, help, goodbye

welcome = Welcome to { $shop }. What can I get you?
welcome-back = Welcome back.
welcome-cart = Welcome back to { $shop }. There { $count ->
        [one] is one thing
       *[other] are { $count } things
    } in your cart. What can I get you?
help = You can say: reorder paper towels.{ PAUSE(200) } Find me coffee under fifteen dollars.{ PAUSE(200) } What's in my cart?{ PAUSE(200) } Or: where is my order?{ PAUSE(300) } I order nothing until I have read it back to you and you have said yes.
help-product = Tell me what you need, for example: two packs of paper towels. Or say cancel.
help-quantity = Say a number, for example: two. Or say cancel.
help-choosing = Say the first one, the second one, the cheapest one, or: what else is there? Or say cancel.
help-confirming = Say yes to order exactly this. Say no to leave it. Or change it, for example: make it two.
help-pin = Your PIN has four to eight digits. Say them one by one, or say cancel.
help-order = Say the number of the order, digit by digit, or say cancel.
help-yes-no = Please say yes or no.
anything-else = Is there anything else?
goodbye = Goodbye.
you-are-welcome = You're welcome.
all-right = All right.
support = To reach a person, { $support }.

## Nothing was heard, or nothing that means anything here

silence-1 = I didn't hear anything.
silence-2 = I still can't hear you.
silence-end = I'll stop here. Talk to me whenever you like.
unclear-1 = Sorry, I didn't get that.
unclear-2 = I still don't understand.
unclear-end = I'm sorry, I can't make it out. Please try again a little later.
nothing-ordered = Nothing was ordered.
take-your-time = Take your time.
nothing-to-repeat = I haven't said anything yet.
nothing-before = There is nothing to go back to.
nothing-to-confirm = There is nothing to confirm right now. Tell me what you need.
nothing-to-change = There is nothing to change right now.
nothing-to-undo = There is no order to undo.
already-ordered = That is already ordered. To change it, say undo that, and order again.

## Faults

fault = Sorry, something went wrong on my side. Nothing was changed.
unknown-household = I don't know this household yet, so I can't order for it.

## Finding products

ask-product-buy = What would you like to order?
ask-product-reorder = What would you like to order again?
ask-product-add = What shall I put in your cart?
ask-quantity = How many would you like?
ask-which = Here is what I have. { ONE-BY-ONE($offers) } { $count ->
        [one] Shall I take it?
       *[other] Which one would you like?
    }
# Looked at while something else is open, whose question follows.
there-is = There is { $name }, { for-price }.
there-are = Here is what I have. { ONE-BY-ONE($offers) }
ask-which-more = Here is what I have. { ONE-BY-ONE($offers) } Which one would you like, or shall I go on?
# Where nothing but the size has to be chosen.
ask-size = { $name }: { OR($sizes) }. Which size would you like?
ask-size-more = { $name }: { OR($sizes) }. Which size would you like, or shall I go on?
size-offer = { $size } { for-price }
size-only = { $size }
# What is asked again after a silence, where nothing but the size has to be chosen.
ask-size-short = Which size would you like: { OR($sizes) }?
# "Both" of more than two. The question for one of them follows.
both-of-more = There are more than two, so tell me one first, and then the other.
# After "all of them" or "the first two" where it is not clear which ones that is. The offers follow.
several-which = Tell me which ones by their numbers, for example: the first and the third.
noted-quantity = { $quantity ->
        [one] One.
       *[other] { $quantity } of them.
    }
ask-which-short = Which one would you like?
offer = Number { $number }: { $name }, { for-price }.
offer-sold-out = Number { $number }: { $name }, sold out.
other-size = I do not have that size.
no-such-choice = I don't have that one here.
nothing-beyond = { $way ->
        [smaller] I have no smaller one.
        [larger] I have no larger one.
        [dearer] I have no more expensive one.
       *[cheaper] I have no cheaper one.
    }
no-more-offers = That is all I have.
picked = { $name }.
# A price, or the least of it where something is still to be chosen.
for-price = { $from ->
        [yes] from { $price }
       *[no] for { $price }
    }
ask-offering = I have { $name }, { for-price }. Would you like to order { $quantity ->
        [one] it
       *[other] { $quantity } of them
    }?
ask-offering-short = Would you like to order it?
not-found = I couldn't find { $what } here.
not-found-near = I couldn't find { $what } like that. The closest is { $name }, { for-price }.
nothing-fits-near = Nothing fits that. { $end ->
        [dearest] The most expensive
       *[cheapest] The cheapest
    } { $what } I have is { $name }, { for-price }.
pack-holds = { $name } comes with { $each } in a pack, and I order whole packs.
# So many are no whole number of packs. How many packs it shall be is asked next.
packs-nearest = { $name } comes with { $each } in a pack, and I order whole packs. { $fewer ->
        [0] One pack makes { $many }.
        [one] One pack makes { $few }, and { $more } packs make { $many }.
       *[other] { $fewer } packs make { $few }, and { $more } packs make { $many }.
    }
packs-make = { $name } comes with { $each } in a pack, so I made it { $count }.
pack-unknown = I don't know how many are in one { $name }, so tell me how many of those.
# " from Northwind under ten dollars": of which ones it is the cheapest.
as-limited = { $branded ->
        [yes] { " " }from { $brand }
       *[no] { "" }
    }{ $limit ->
        [below] { " " }under { $max }
        [at-most] { " " }for at most { $max }
        [above] { " " }over { $min }
        [at-least] { " " }for at least { $min }
        [between] { " " }between { $min } and { $max }
        [exactly] { " " }for exactly { $max }
       *[none] { "" }
    }
# What takes the place of something, or what is asked for with it, goes beyond the price that was said. The read-back follows.
beyond-limit = You wanted it{ as-limited }. This one is { $price }.
cheapest-is = The cheapest { $what }{ as-limited } is { $name }, { for-price }.
dearest-is = The most expensive { $what }{ as-limited } is { $name }, { for-price }.
# After the cheapest coffee: ground coffee is coffee too.
other-kinds = Of other kinds, { $name } costs { $way ->
        [cheaper] less
       *[dearer] more
    }: { $from ->
        [yes] from { $price }
       *[no] { $price }
    }.
sold-out = Sorry, I'm sold out of { $name }.
gone = One of the products is no longer sold here, so I left it out.
ask-substitute = { $left ->
        [0] Sorry, I'm sold out of { $missing }.
       *[other] I don't have enough of { $missing }.
    } I have { $name }, for { $price }. Would you like that instead?
ask-substitute-short = Would you like the other one instead?
only-left = I only have { $count } of { $name } left.
too-many = I can order at most { $max } of one thing at a time.
reduced-to-max = I can order at most { $max } of one thing at a time, so I made it { $max }.
reduced-to-stock = I only have { $count } of { $name } left, so I made it { $count }.
never-bought = You haven't ordered { $what } here before.
no-usual = I don't know your usual yet.
# What was had last is read back for it.
usual-is-last = I don't know your usual yet, so this is what you had last.
# The usual was to be had in another way, and something has to be settled first.
change-later = One thing first. Say the change again after that.
no-purchases = You haven't ordered anything here yet.
no-purchases-then = You didn't order anything then.
no-purchases-then-last = You didn't order anything then. Your last order was on { $date }. For that, say: same as last time.
# What the orders of some days came to.
spent = From { $from } to { $to } you spent { $total } on { $count ->
        [one] one order
       *[other] { $count } orders
    }.
spent-that-day = On { $from } you spent { $total } on { $count ->
        [one] one order
       *[other] { $count } orders
    }.
purchases = You ordered { $items }.{ $more ->
        [0] { "" }
        [one] { " " }And one more thing.
       *[other] { " " }And { $more } more things.
    }
purchase = { $quantity ->
        [one] one
       *[other] { $quantity }
    } { $name } on { $date }
details = { $name }. { $description } It costs { $price }.
is-so = Yes, { $name } is { $what }.
is-not-so = { $name } is not listed as { $what }.
price = { $name } costs { $price }.
in-stock = { $name } is in stock.
in-stock-few = { $name } is in stock, but only { $count } { $count ->
        [one] is
       *[other] are
    } left.

## The cart

added = Added to your cart: { $items }. { $count ->
        [one] That is one thing in all.
       *[other] That makes { $count } things in all.
    }
removed = I took { $name } out of your cart. { $count ->
        [0] It is empty now.
        [one] One thing is left.
       *[other] { $count } things are left.
    }
changed = There { $quantity ->
        [one] is now one
       *[other] are now { $quantity }
    } { $name } in your cart.
cart-list = In your cart: { $items }. With tax and delivery that makes { $total }. To order it, say check out.
cart-empty = Your cart is empty.
cart-full = Your cart is full. Check out first, or take something out.
cart-no-room = { $max ->
        [0] Sorry, I'm sold out of { $name }.
       *[other] That is too many. I can put at most { $max } of { $name } in your cart.
    }
cart-which = Which do you mean: { OR($items) }?
cart-kept = I left your cart as it is.
cart-cleared = Your cart is empty now.
over-budget = That is more than { $max }.
left-in-cart = I left { $items } in your cart.
cart-undone = I took that back.
not-in-cart = That is not in your cart.
there-already = You have { $name } already, so that makes { $quantity }.
left-out = I left that out.
not-in-order = That is not in this order.
ask-clear-cart = Shall I take everything out of your cart?
change-which = There are several things in this order. Say which one, for example: change the milk to two.

## Confirming a purchase

line = { $quantity ->
        [one] one
       *[other] { $quantity }
    } { $name }
# The same with what was chosen for it: { $options } is a list.
line-with = { $quantity ->
        [one] one
       *[other] { $quantity }
    } { $name } with { WITH($options) }
# The same without how many.
named-with = { $name } with { WITH($options) }
# One option. The name is in the plural already where there are several.
option = { $count ->
        [one] { $name }
       *[other] { $count } { $name }
    }
option-without = no { $name }
# `aside`: something else was asked about, which is not in it.
ask-confirm = { $aside ->
        [yes] Your order is still { $items }, for { $total } with tax and delivery, arriving { $date }.{ PAUSE(250) } Shall I order just that?
       *[no] That is { $items }, for { $total } with tax and delivery, arriving { $date }.{ PAUSE(250) } Shall I order it?
    }
# What is read back would be so, if it were changed as was asked about.
ask-what-if = That would be { $items }, for { $total } with tax and delivery.{ PAUSE(250) } Shall I do that?
# "Half of them" of an odd number.
no-half = I can't halve { $quantity }. Say how many of them, for example: one of them.
ask-confirm-short = Shall I order { $items } for { $total }?
bill = The goods are { $subtotal }, delivery is { $free ->
        [yes] free
       *[other] { $shipping }
    }, and tax is { $tax }. That makes { $total }.
price-went-up = Careful: { $name } went up from { $before } to { $now } since you last ordered it.
price-went-down = Good news: { $name } went down from { $before } to { $now }.
name = { $name }
part-left = I left { $items } out for now. The rest stays.
other-of-both = the other { $name }
wish-left = I left { $items } for now, and ordered none of it.
set-aside = I've set the other order aside. It was not placed.
asking-anew = It has been a while, so let me read it again.
stock-changed = There are fewer left than a moment ago. Nothing was ordered yet.
# A price, a name or an option is not what was read back.
price-changed = Something about it has just changed, so I read it again. Nothing was ordered yet.
too-much = That is more than I can add up. Nothing was ordered.
nothing-left = Nothing was ordered.
ask-pin = Please say your PIN.
pin-wrong = That was not the right PIN. You have { $left ->
        [one] one try
       *[other] { $left } tries
    } left.
pin-locked = The PIN is locked after too many tries. Nothing was ordered. Please try again in { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }.
pin-length = A PIN has four to eight digits. Please say yours, digit by digit.
pin-not-set = That is over your limit of { $limit }, and this household has no PIN. Nothing was ordered.
pin-needed-limit = Together with what you ordered today, that is over your limit.
placed = Done, for { $total }, arriving { $date }. Your order number is { $number }. If that was a mistake, say undo that.
placed-payment-pending = I have noted order { $number } for { $total }, but the payment is not through yet. You won't be charged twice. Ask me later where it is.
# Something was carried out before, and the shopper never heard so; what came of it follows.
done-before = That went through before.
# The same about an order that was cancelled since.
ordered-and-cancelled = Order { $number } was placed, and is cancelled.
# After that, where something else was wanted.
say-the-rest-again = Whatever else you want, please say it again.
# Another machine is carrying something out.
still-at-it = I'm still working on your last answer. Please say that again in a moment.
# Whether something was ordered cannot be looked up.
sorry-unsure = Sorry, something went wrong on my side. I can't tell yet what became of your last order. Please ask me again in a moment.
# Another device was faster in the same conversation; what is open now follows.
overtaken = Something was said in between, so let me say where we are.
# After that, where nothing is.
nothing-open = Nothing is open right now.
# The question was left meanwhile on another device, and is read anew.
reading-again = Let me read it again.
# A turn failed before it did anything.
sorry-not-done = Sorry, something went wrong on my side, and I did nothing. Please try again in a moment.
payment-declined = The payment was declined, so nothing was ordered.
cancelled-nothing-ordered = All right. Nothing was ordered.
# The same, when an order was placed earlier in this conversation.
dropped-order-stays = All right, I dropped that. Order { $number } stays as it is.
cancel-nothing-pending = There is nothing to cancel right now. To cancel an order that is placed, say: cancel my last order.

## Options of a thing: milk, a roast, an engraving. Only a shop with an options.toml says these.

ask-option = { $question } There is { OR($options) }.
ask-option-short = { $question }
help-option = Name one of them, or say cancel.
noted-options = { WITH($options) }, all right.
changed-options = Now it is { $items }.
option-refused = Sorry, { $name } can't be had with { $option }.
option-left-out = So I left it out.
option-only-one = { $name } can have only one of those: { $first } or { $second }.
option-too-many = That is too many: { $name } can have at most { $max } of that.
option-needed = Sorry, { $name } can't be had without { $option }.
# It was asked for, and is not read back as there is nothing to add.
option-anyway = { $name } comes with { WITH($options) }.
option-not-in = There is no { $option } in it.
# "Less milk" of what has as little as there can be.
option-least = There is no less of it than { $option }.
# "Less syrup" where there is some or none, and nothing between.
option-no-less = I can't note less { $option } for { $name }. I can leave it out: say, no { $option }.
option-gone = { $name } can't be had like that any more, so I left it out.

## Orders

# Order 4 2 1 7, with Northwind Paper Towels, and two more things
order-named = Order { $number }, with { $first }{ $more ->
        [0] { "" }
        [one] { "," } and one more thing
       *[other] { "," } and { $more } more things
    }
order-status = { $state ->
        [placed] { order-named }, is placed. It should arrive { $date }.
        [paid] { order-named }, is paid and will be packed next. It should arrive { $date }.
        [packed] { order-named }, is packed. It should arrive { $date }.
        [shipped] { order-named }, is on its way. It should arrive { $date }.
        [delivered] { order-named }, was delivered on { $date }.
        [cancelled] Order { $number } was cancelled.
        [declined] The payment for order { $number } was declined, so it was not ordered.
       *[returned] Everything in order { $number } was sent back.
    }
delivery-date = { $state ->
        [delivered] Order { $number } was delivered on { $date }.
        [cancelled] Order { $number } was cancelled, so nothing will arrive.
        [declined] The payment for order { $number } was declined, so nothing will arrive.
        [returned] Everything in order { $number } was sent back.
       *[other] Order { $number } should arrive { $date }.
    }
would-arrive = It would arrive { $date }.
ask-order-status = Which order do you mean? Say its number, digit by digit.
ask-order-cancel = Which order shall I cancel? Say its number, digit by digit, or say my last order.
no-orders = You have no orders here.
no-such-order = I can't find an order { $number } of yours.
no-such-order-number = I can't find an order of yours with that number.
no-order-before = I can't find an order before that.
no-such-order-then = I can't find such an order of yours.
# What was ordered, with what it came to.
order-has = Order { $number } has { $items }, for { $total }.
order-total = Order { $number } came to { $total }.
cancel-which = { order-named }.
# Only a part of an order was to be cancelled.
cancel-whole-only = I can only cancel the whole order.
# Several things were wanted, and an order is asked about first.
orders-in-turn = One after the other.
no-order-with = I can't find an order of yours with { $what }.
no-other-order = There is no other order that can be cancelled.
ask-cancel-order = Shall I cancel order { $number }?
cancel-too-late = { $state ->
        [packed] Order { $number } is packed already, so it can't be cancelled any more. You can send it back when it arrives.
        [shipped] Order { $number } is on its way already, so it can't be cancelled any more. You can send it back when it arrives.
        [delivered] Order { $number } was delivered already. You can send it back.
        [cancelled] Order { $number } is cancelled already.
        [declined] The payment for order { $number } was declined, so there is nothing to cancel.
       *[other] Order { $number } can't be cancelled any more.
    }
cancel-became-too-late = { $state ->
        [cancelled] That order is cancelled already.
       *[other] That order can't be cancelled any more. You can send things back when they arrive.
    }
order-cancelled = Order { $number } is cancelled. You get { $refund } back.
# What was wanted of an order that is placed. The question whether to cancel it follows.
order-instead = Order { $number } is placed already. I can cancel it, and then order { $items } instead, for { $total }.
order-is-placed = Order { $number } is placed already, so I would cancel it for that.
cancelled-not-replaced = All right. Order { $number } is cancelled, and nothing is ordered instead of it.
order-kept = All right, the order stays as it is.
ask-return = Would you like to send back { $name }, from order { $number }?
return-accepted = Your return of { $name } is noted. You get { $refund } back.
return-dropped = All right, you keep it.
# What an order has that can be sent back. The question which follows.
return-has = There is { $items }.
return-which = Say what you would like to send back, for example: return the umbrella.
return-not-bought = I can't find that among your orders.
return-not-possible = { $state ->
        [cancelled] Order { $number } was cancelled, so there is nothing to send back.
        [returned] That was sent back already.
       *[other] Order { $number } has not arrived yet. You can send things back once it has.
    }
return-refused = { $state ->
        [delivered] That was delivered too long ago, or was sent back already.
       *[other] That can't be sent back right now.
    }

## Who speaks

custom-introduction = I'm the voice of { $shop }, a computer program. I find things, tell what they cost and where an order is, and order only what I have read back and you have said yes to.
custom-placed-order = An order that is placed can't be changed any more. Say what it should be instead, and I offer to cancel it and order that. Or say: cancel my last order.
custom-delivery-terms = Everything comes within a few days, and I say the day and the cost of delivery before you say yes. There is no least amount.
custom-assortment = I have groceries, things for the kitchen and the bathroom, and for pets. Ask for one, for example: do you have coffee?
custom-account = That can't be done by voice. You can { $support }.

custom-special-offers = Nothing is on sale, and there are no discounts. The price I say is the price.
