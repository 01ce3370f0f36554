"""The kinds of findings of the nightly check, and how a finding ends."""

from typing import Literal

from api.model import ApiModel

# `cameBack`: removed, and there again. `missing`: the request is active, and the access is not there. `unrecorded`: no
# active request gives what someone has directly. `heldBefore`: the person had it before the app knew, so an operator
# must confirm its removal. `notKnown`: the platform does not show whether the access is there.
FindingKind = Literal["cameBack", "missing", "unrecorded", "heldBefore", "notKnown"]
FindingState = Literal["open", "ignored", "ended"]
# `notSeen`: a later check looked, and did not find it. `settled`: the records changed, so that it is as it should be.
FindingEnd = Literal["notSeen", "takenAway", "givenBack", "adopted", "settled"]
FindingAct = Literal["takeAway", "giveBack", "adopt", "ignore", "stopIgnoring"]
# The name of an act that was done, in the table of acts.
ActDone = Literal["ignored", "notIgnored", "adopted", "takenAway", "givenBack"]


class ToldFinding(ApiModel):
    """The finding that an event or a record is about, with how it ended. All fields are null for any other."""

    finding_id: int | None = None
    finding: FindingKind | None = None
    finding_end: FindingEnd | None = None
