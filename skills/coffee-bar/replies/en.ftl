# What the coffee bar says, in English. The head of skills/household/replies/en.ftl is the writer's
# guide.
#
# The manner: short and warm, as over a counter with a queue behind you. One question at a time.

## Said when nothing else can be

# A fault: nothing was ordered.
sorry = Sorry, something went wrong back here, and nothing was ordered. Give it another try in a moment.

# A reply that could not be put into words. Must have no places, and must not claim anything.
speechless = Sorry, I can't say that right now. Ask me something else?

# To somebody on another platform whose account there is not linked. The app then shows a card.
link-account = To order by voice, your account has to be linked to { $shop }. Please open the card in your app, and follow it.

# Said in between, where a platform can, when an answer takes longer than usual. It must not claim anything.
one-moment = One moment.

## The bar's own

# Said wherever a drink is wanted in a way that options.toml does not have, or in words that were not
# clear: nobody shall get another drink than the one that was ordered.
custom-drink-options = Sorry, I can't take notes like that, so I put nothing down for it. What I can note is milk, syrup, sweetener, a roast and shots, one drink at a time, for example: a small latte with oat milk.
custom-options-asked = In most drinks you can have whole, skim, two percent, soy, almond, oat or coconut milk, and cream, sugar, honey or syrup. Coffee comes in a light, medium or dark roast, also decaf, with as many as four extra shots. Just say it with the drink.
custom-order-ahead = You order here, and pick it up at the counter. We don't deliver.
custom-opening-hours = We are open every day, from seven in the morning to six in the evening.
custom-menu = We have coffee, espresso drinks, tea and hot chocolate, in small, medium and large, and some also in eight ounces. To eat, there are croissants, muffins, bagels, cookies and banana bread.

## How a list is joined

list-pair = { $first }, and { $second }
# A drink's name has a comma of its own ("latte, small"), so a semicolon divides them.
list-more = { $first }; { $second }
list-last = { $first }; and { $second }
# What belongs to one thing of a list ("oat milk and two sugars"), without the pause of a list of things.
with-pair = { $first } and { $second }
with-more = { $first }, { $second }
with-last = { $first } and { $second }
list-pair-or = { $first }, or { $second }
list-last-or = { $first }; or { $second }

## Hello, help, goodbye

welcome = Hi, this is { $shop }. What can I get you?
welcome-back = Hi again.
welcome-cart = Hi again. { $count ->
        [one] One thing is
       *[other] { $count } things are
    } waiting in your order. What else can I get you?
help = You can say: a large latte and a croissant.{ PAUSE(200) } The usual.{ PAUSE(200) } How much is a mocha?{ PAUSE(200) } Or: is my order ready?{ PAUSE(300) } I order nothing until I have read it back and you have said yes.
help-product = Tell me what you would like, for example: a small cappuccino. Or say cancel.
help-quantity = Just a number, for example: two. Or say cancel.
help-choosing = Say the first one, the large one, the cheapest one, or: what else is there? Or say cancel.
help-confirming = Say yes and I'll order exactly this. Say no to leave it. Or change it, for example: make it two.
help-pin = Your PIN has four to eight digits. Say them one by one, or say cancel.
help-order = Say the order's number, digit by digit, or say cancel.
help-yes-no = A yes or a no, please.
anything-else = Anything else?
goodbye = See you soon.
you-are-welcome = Any time.
all-right = All right.
support = To reach a person, { $support }.

## Nothing was heard, or nothing that means anything here

silence-1 = I didn't hear you.
silence-2 = Still nothing, sorry.
silence-end = I'll be here when you're ready.
unclear-1 = Sorry, what was that?
unclear-2 = I still didn't get that.
unclear-end = Sorry, I can't make it out. Try me again a little later.
nothing-ordered = Nothing was ordered.
take-your-time = No rush.
nothing-to-repeat = I haven't said anything yet.
nothing-before = There is nothing to go back to.
nothing-to-confirm = There is nothing to confirm yet. What can I get you?
nothing-to-change = There is nothing to change yet.
nothing-to-undo = There is no order to undo.
already-ordered = That one is ordered already. To change it, say undo that, and order again.

## Faults

fault = Sorry, something went wrong back here. Nothing was changed.
unknown-household = I don't know you yet, so I can't order for you.

## Finding products

ask-product-buy = What would you like?
ask-product-reorder = What would you like again?
ask-product-add = What shall I add?
ask-quantity = How many?
ask-which = We have { $count ->
        [one] this one. { ONE-BY-ONE($offers) } Shall I take it?
       *[other] these. { ONE-BY-ONE($offers) } Which one would you like?
    }
# Looked at while something else is open, whose question follows.
there-is = There is { $name }, { for-price }.
there-are = We have these. { ONE-BY-ONE($offers) }
ask-which-more = We have these. { ONE-BY-ONE($offers) } Which one would you like, or shall I go on?
# Where nothing but the size has to be chosen.
ask-size = { $name }: { OR($sizes) }. Which size?
ask-size-more = { $name }: { OR($sizes) }. Which size, or shall I go on?
size-offer = { $size } { $from ->
        [yes] from { $price }
       *[no] for { $price }
    }
size-only = { $size }
# What is asked again after a silence, where nothing but the size has to be chosen.
ask-size-short = Which size would you like: { OR($sizes) }?
# "Both" of more than two. The question for one of them follows.
both-of-more = There are more than two, so first the one, and then the other.
# After "all of them" or "the first two" where it is not clear which ones that is. The offers follow.
several-which = Which ones? Tell me their numbers, for example: the first and the third.
noted-quantity = { $quantity ->
        [one] One.
       *[other] { $quantity } of them.
    }
ask-which-short = Which one would you like?
offer = Number { $number }: { $name }, { $from ->
        [yes] from { $price }
       *[no] { $price }
    }.
offer-sold-out = Number { $number }: { $name }, sold out.
other-size = We don't have that size.
no-such-choice = I can't find that one here. Name the whole thing, for example: a large latte.
nothing-beyond = { $way ->
        [smaller] We have no smaller one.
        [larger] We have no larger one.
        [dearer] We have no more expensive one.
       *[cheaper] We have no cheaper one.
    }
no-more-offers = That is all we have.
picked = { $name }.
# A price, or the least of it where something is still to be chosen.
for-price = { $from ->
        [yes] from { $price }
       *[no] for { $price }
    }
ask-offering = There is { $name }, { for-price }. Would you like { $quantity ->
        [one] it
       *[other] { $quantity } of them
    }?
ask-offering-short = Would you like it?
not-found = Sorry, we don't have { $what }.
not-found-near = Sorry, we don't have { $what } like that. The closest is { $name }, { for-price }.
nothing-fits-near = Nothing fits that. Our { $end ->
        [dearest] most expensive
       *[cheapest] cheapest
    } { $what } is { $name }, { for-price }.
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
sold-out = Sorry, we're out of { $name }.
gone = We don't make one of those any more, so I left it out.
ask-substitute = { $left ->
        [0] Sorry, we're out of { $missing }.
       *[other] Sorry, there isn't enough of { $missing }.
    } There is { $name }, for { $price }. Would you like that instead?
ask-substitute-short = The other one instead?
only-left = Only { $count } of { $name } left.
too-many = I can take at most { $max } of one thing at a time.
reduced-to-max = I can take at most { $max } of one thing at a time, so I made it { $max }.
reduced-to-stock = Only { $count } of { $name } left, so I made it { $count }.
never-bought = You haven't had { $what } here before.
no-usual = I don't know your usual yet.
# What was had last is read back for it.
usual-is-last = I don't know your usual yet, so this is what you had last.
# The usual was to be had in another way, and something has to be settled first.
change-later = One thing first. Say the change again after that.
no-purchases = You haven't ordered here yet.
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
purchases = You had { $items }.{ $more ->
        [0] { "" }
        [one] { " " }And one more thing.
       *[other] { " " }And { $more } more things.
    }
purchase = { $quantity ->
        [one] one
       *[other] { $quantity }
    } { $name } on { $date }
details = { $name }. { $description } It is { $price }.
is-so = Yes, { $name } is { $what }.
is-not-so = Nothing says that { $name } is { $what }.
price = { $name } is { $price }.
in-stock = Yes, we have { $name }.
in-stock-few = Yes, but only { $count } of { $name } { $count ->
        [one] is
       *[other] are
    } left.

## The cart

added = Added: { $items }. { $count ->
        [one] That is one thing so far.
       *[other] That makes { $count } things so far.
    }
removed = I took { $name } off. { $count ->
        [0] Nothing is left.
        [one] One thing is left.
       *[other] { $count } things are left.
    }
changed = Now it's { $quantity ->
        [one] one
       *[other] { $quantity }
    } { $name }.
cart-list = So far: { $items }. With tax that makes { $total }. To order it, say check out.
cart-empty = There is nothing in your order yet.
cart-full = That's all I can carry. Check out first, or take something off.
cart-no-room = { $max ->
        [0] Sorry, we're out of { $name }.
       *[other] That is too many. I can take at most { $max } of { $name }.
    }
cart-which = Which one: { OR($items) }?
cart-kept = I left it as it is.
cart-cleared = All off. Nothing is left.
over-budget = That is more than { $max }.
left-in-cart = I kept { $items } for later.
cart-undone = I took that back.
not-in-cart = That isn't in your order.
there-already = You have { $name } already, so that makes { $quantity }.
left-out = I left that out.
not-in-order = That isn't in this order.
ask-clear-cart = Shall I take everything off?
change-which = There are several things in this order. Say which one, for example: change the latte to two.

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
        [yes] Your order is still { $items }, for { $total } with tax, ready { $date }.{ PAUSE(250) } Shall I order just that?
       *[no] That's { $items }, for { $total } with tax, ready { $date }.{ PAUSE(250) } Shall I order it?
    }
# What is read back would be so, if it were changed as was asked about.
ask-what-if = That would be { $items }, for { $total } with tax.{ PAUSE(250) } Shall I do that?
# "Half of them" of an odd number.
no-half = I can't halve { $quantity }. Say how many of them, for example: one of them.
ask-confirm-short = Shall I order { $items } for { $total }?
bill = That's { $subtotal }, plus { $tax } tax. Together { $total }.
price-went-up = Heads up: { $name } went up from { $before } to { $now } since you last had it.
price-went-down = Good news: { $name } went down from { $before } to { $now }.
name = { $name }
part-left = I left { $items } out for now. The rest stays.
other-of-both = the other { $name }
wish-left = I left { $items } for now, and ordered none of it.
set-aside = I've set the other order aside. It was not placed.
asking-anew = It has been a while, so let me read it again.
stock-changed = Somebody was quicker: there are fewer left than a moment ago. Nothing was ordered yet.
# A price, a name or an option is not what was read back.
price-changed = Something on our menu has just changed, so I read it again. Nothing was ordered yet.
too-much = That's more than I can add up. Nothing was ordered.
nothing-left = Nothing was ordered.
ask-pin = Your PIN, please.
pin-wrong = That wasn't the right PIN. You have { $left ->
        [one] one try
       *[other] { $left } tries
    } left.
pin-locked = The PIN is locked after too many tries. Nothing was ordered. Please try again in { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }.
pin-length = A PIN has four to eight digits. Say yours, digit by digit.
pin-not-set = That is over your limit of { $limit }, and there is no PIN. Nothing was ordered.
pin-needed-limit = With what you ordered today, that is over your limit.
placed = Done, for { $total }. Pick it up { $date }, under number { $number }. If that was a mistake, say undo that.
placed-payment-pending = I've noted order { $number } for { $total }, but the payment isn't through yet. You won't be charged twice. Ask me a little later how it stands.
# Something was carried out before, and the guest never heard so; what came of it follows.
done-before = That went through before.
# The same about an order that was cancelled since.
ordered-and-cancelled = Order { $number } was placed, and is cancelled.
# After that, where something else was wanted.
say-the-rest-again = Whatever else you'd like, say it again.
# Another machine is carrying something out.
still-at-it = I'm still on your last answer. Say that again in a moment.
# Whether something was ordered cannot be looked up.
sorry-unsure = Sorry, something went wrong here. I can't tell yet what became of your last order. Ask me again in a moment.
# Another device was faster in the same conversation; what is open now follows.
overtaken = Something was said in between, so here is where we are.
# After that, where nothing is.
nothing-open = Nothing is open right now.
# The question was left meanwhile on another device, and is read anew.
reading-again = Let me read that again.
# A turn failed before it did anything.
sorry-not-done = Sorry, something went wrong here, and I did nothing. Try again in a moment.
payment-declined = The payment was declined, so nothing was ordered.
cancelled-nothing-ordered = All right. Nothing was ordered.
# The same, when an order was placed earlier in this conversation.
dropped-order-stays = All right, I dropped that. Order { $number } stays as it is.
cancel-nothing-pending = There is nothing to cancel right now. For an order that is placed, say: cancel my last order.

## Options of a drink; options.toml says which there are

ask-option = { $question } We have { OR($options) }.
ask-option-short = { $question }
help-option = Just name one of them. Or say cancel.
noted-options = { WITH($options) }, got it.
changed-options = Now it's { $items }.
option-refused = Sorry, { $name } doesn't come with { $option }.
option-left-out = So I put nothing down for it.
option-only-one = I can note only one of those for { $name }: { $first } or { $second }.
option-too-many = That's a lot: for { $name } I can note at most { $max } of that.
option-needed = Sorry, { $name } doesn't come without { $option }.
# It was asked for, and is not read back as there is nothing to add.
option-anyway = { $name } comes with { WITH($options) } anyway.
option-not-in = There is no { $option } in it.
# "Less milk" of what has as little as there can be.
option-least = It is just { $option } already.
# "Less syrup" where there is some or none, and nothing between.
option-no-less = I can't note less { $option } for { $name }. I can leave it out: say, no { $option }.
option-gone = { $name } doesn't come like that any more, so I left it out.

## Orders

# Order 4 2 1 7, with Latte, Small, and two more things
order-named = Order { $number }, with { $first }{ $more ->
        [0] { "" }
        [one] { "," } and one more thing
       *[other] { "," } and { $more } more things
    }
order-status = { $state ->
        [placed] { order-named }, is in. It should be ready { $date }.
        [paid] { order-named }, is paid and next in line. It should be ready { $date }.
        [packed] { order-named }, is being made. It should be ready { $date }.
        [shipped] { order-named }, is on the counter for you.
        [delivered] { order-named }, was picked up on { $date }.
        [cancelled] Order { $number } was cancelled.
        [declined] The payment for order { $number } was declined, so it was not ordered.
       *[returned] Everything in order { $number } was refunded.
    }
delivery-date = { $state ->
        [shipped] Order { $number } is on the counter for you.
        [delivered] Order { $number } was picked up on { $date }.
        [cancelled] Order { $number } was cancelled, so there is nothing to pick up.
        [declined] The payment for order { $number } was declined, so there is nothing to pick up.
        [returned] Everything in order { $number } was refunded.
       *[other] Order { $number } should be ready { $date }.
    }
would-arrive = It would be ready { $date }.
ask-order-status = Which order? Say its number, digit by digit.
ask-order-cancel = Which order shall I cancel? Say its number, digit by digit, or say my last order.
no-orders = You have no orders here.
no-such-order = I can't find an order { $number } of yours.
no-such-order-number = I can't find an order of yours with that number.
no-order-before = I can't find an order before that.
no-such-order-then = I can't find such an order of yours.
# What was ordered, with what it came to.
order-has = Order { $number } has { $items }, for { $total }.
order-total = That came to { $total }, under number { $number }.
cancel-which = { order-named }.
# Only a part of an order was to be cancelled.
cancel-whole-only = I can only cancel the whole order.
# Several things were wanted, and an order is asked about first.
orders-in-turn = One after the other.
no-order-with = I can't find an order of yours with { $what }.
no-other-order = There is no other order that can be cancelled.
ask-cancel-order = Shall I cancel order { $number }?
cancel-too-late = { $state ->
        [packed] Order { $number } is being made already, so I can't cancel it any more.
        [shipped] Order { $number } is on the counter already, so I can't cancel it any more.
        [delivered] Order { $number } was picked up already.
        [cancelled] Order { $number } is cancelled already.
        [declined] The payment for order { $number } was declined, so there is nothing to cancel.
       *[other] Order { $number } can't be cancelled any more.
    }
cancel-became-too-late = { $state ->
        [cancelled] That order is cancelled already.
       *[other] That order can't be cancelled any more.
    }
order-cancelled = Order { $number } is cancelled. You get { $refund } back.
# What was wanted of an order that is placed. The question whether to cancel it follows.
order-instead = Order { $number } is placed already. I can cancel it, and then order { $items } instead, for { $total }.
order-is-placed = Order { $number } is placed already, so I would cancel it for that.
cancelled-not-replaced = All right. Order { $number } is cancelled, and nothing is ordered instead of it.
order-kept = All right, the order stays as it is.
ask-return = Sorry about that. Shall I refund { $name }, from order { $number }?
return-accepted = Done: you get { $refund } back for { $name }.
return-dropped = All right, I leave it.
# What an order has that can be sent back. The question which follows.
return-has = There is { $items }.
return-which = Say what was wrong, for example: the coffee was cold.
return-not-bought = I can't find that among your orders.
return-not-possible = { $state ->
        [cancelled] Order { $number } was cancelled, so there is nothing to refund.
        [returned] That was refunded already.
       *[other] You haven't picked up order { $number } yet. Tell me again once you have.
    }
return-refused = { $state ->
        [delivered] That was too long ago, or it was refunded already.
       *[other] I can't refund that right now.
    }

## Who speaks

custom-introduction = I'm the voice of { $shop }, a computer program. I take your order, and I order only what I have read back and you have said yes to.
custom-placed-order = An order that is placed can't be changed any more. Say what it should be instead, and I offer to cancel it and order that. Or say: cancel my last order.
custom-counter = I can't tell you that. Please ask at the counter.

custom-special-offers = Nothing is on sale, and there are no discounts. The price I say is the price.
