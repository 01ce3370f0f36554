"""Foundry, against a fake that keeps its state."""

import pytest

from access.connectors.connector import (
    AlreadyGone,
    CurrentGrant,
    Grant,
    NotKnown,
    RemovalFailed,
    Removed,
    StillEffective,
)
from access.connectors.errors import SignInError
from access.connectors.foundry import BLIND, NO_SUCH_PERSON, NO_SUCH_RESOURCE
from tests.access.connectors.asking import Asked, on_resource
from tests.fake_platforms.foundry import ROLE_IDS, FakeFoundry
from tests.fake_platforms.server import Answers, Fault, LosesAnswer

RID = "ri.foundry.main.dataset.0c2f6a7e-1111-4222-8333-444455556666"
FOLDER = "ri.compass.main.folder.1"
GROUP = "0b6a1f0e-3333-4444-8555-666677778888"
ALICE, BOB = "alice@test.com", "bob@test.com"


def alice(role: str = "Viewer") -> Grant:
    return on_resource(ALICE, RID, role)


def bob(role: str = "Viewer") -> Grant:
    return on_resource(BOB, RID, role, request_id="2")


def test_role_is_removed_and_seen_gone(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID)
    foundry.grant(ALICE, RID, "Editor")
    [removal] = palantir.remove(alice())
    assert isinstance(removal, Removed)
    assert removal.platform_request_id
    assert not foundry.has_grant(ALICE, RID)
    assert foundry.has_grant(ALICE, RID, "Editor")


def test_all_people_of_a_resource_are_served_by_one_removal(foundry: FakeFoundry, palantir: Asked) -> None:
    grants = [on_resource(f"person{number}@test.com", RID, request_id=str(number)) for number in range(20)]
    for grant in grants:
        foundry.grant(grant.email, RID)
    assert {type(removal) for removal in palantir.remove(*grants)} == {Removed}
    assert len(foundry.server.called("POST", "/roles/remove")) == 1


def test_person_is_looked_up_once_for_all_resources(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID)
    palantir.remove(alice(), on_resource("ALICE@test.com", RID, "Editor", request_id="2"))
    assert len(foundry.server.called("POST", "/users/search")) == 1


def test_person_whose_address_only_contains_the_one_sought_is_another(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant("malice@test.com", RID)
    foundry.add_person(ALICE)
    assert palantir.remove(alice()) == [AlreadyGone()]
    assert foundry.has_grant("malice@test.com", RID)


def test_unknown_person_is_a_failure_because_another_address_may_hold_the_role(
    foundry: FakeFoundry, palantir: Asked
) -> None:
    foundry.grant(BOB, RID)
    removals = palantir.remove(alice(), bob())
    assert removals[0] == NotKnown(NO_SUCH_PERSON)
    assert isinstance(removals[1], Removed)


def test_role_that_is_not_held_is_already_gone_and_nothing_is_changed(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(BOB, RID)
    foundry.add_person(ALICE)
    assert palantir.remove(alice(), bob("Owner")) == [AlreadyGone(), AlreadyGone()]
    assert foundry.server.called("POST", "/roles/remove") == []


def test_role_on_a_resource_that_foundry_does_not_know_is_not_known(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.add_person(ALICE)
    assert palantir.remove(alice()) == [NotKnown(NO_SUCH_RESOURCE)]


def test_list_that_names_not_even_the_app_proves_nothing(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID)
    foundry.hides_roles = True
    assert palantir.remove(alice()) == [NotKnown(BLIND)]
    assert foundry.has_grant(ALICE, RID)


@pytest.mark.parametrize("rid", ["..", ".", "%2e%2e", "ri.a.b.c.d/../e", "ri.a", "a b"])
def test_rid_that_would_make_another_path_is_not_asked_for(foundry: FakeFoundry, palantir: Asked, rid: str) -> None:
    [removal] = palantir.remove(on_resource(ALICE, rid))
    assert isinstance(removal, NotKnown)
    assert foundry.server.calls == []


def test_role_from_above_is_still_effective(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID, folder=FOLDER)
    assert palantir.current_grants(alice()) == [CurrentGrant(through="a folder or project above")]
    assert palantir.remove(alice()) == [StillEffective("a folder or project above")]
    assert foundry.server.called("POST", "/roles/remove") == []


def test_role_from_above_is_seen_after_the_direct_one_is_removed(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID)
    foundry.grant(ALICE, RID, folder=FOLDER)
    assert palantir.remove(alice()) == [StillEffective("a folder or project above")]
    assert not foundry.has_grant(ALICE, RID)


def test_role_that_everyone_has_is_still_effective(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID)
    foundry.grant("everyone", RID)
    assert palantir.remove(alice()) == [StillEffective("a role that everyone has")]


def test_role_of_a_group_is_still_effective(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID)
    foundry.grant(BOB, RID)
    foundry.grant_to_group(GROUP, RID, members=[ALICE])
    removals = palantir.remove(alice(), bob())
    assert removals[0] == StillEffective(f"the group {GROUP}")
    assert isinstance(removals[1], Removed)
    assert not foundry.has_grant(ALICE, RID)
    assert palantir.current_grants(alice(), bob()) == [CurrentGrant(through=f"the group {GROUP}"), CurrentGrant()]


def test_groups_are_asked_about_only_where_one_holds_what_could_be_the_role(
    foundry: FakeFoundry, palantir: Asked
) -> None:
    foundry.add_person(ALICE)
    foundry.grant_to_group(GROUP, RID, "Owner", members=[ALICE])
    assert palantir.remove(alice()) == [AlreadyGone()]
    assert foundry.server.called("GET", "/groupMemberships") == []


def test_unknown_role_of_a_group_is_a_failure(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.add_person(BOB)
    foundry.grant_to_group(GROUP, RID, "some-role", members=[ALICE])
    removals = palantir.remove(alice(), bob())
    reason = "A group of the person has the role some-role, which FOUNDRY_ROLE_IDS does not name."
    assert removals == [RemovalFailed(reason), AlreadyGone()]


@pytest.mark.parametrize("status", [403, 503])
def test_groups_that_cannot_be_asked_about_do_not_pass_for_none(
    foundry: FakeFoundry, palantir: Asked, status: int
) -> None:
    foundry.grant_to_group(GROUP, RID, members=[ALICE])
    foundry.server.faults = [Fault(Answers(status, {"errorName": "Nope"}), path="/groupMemberships")]
    [failed] = palantir.remove(alice())
    assert isinstance(failed, RemovalFailed)
    assert failed.reason.startswith("The groups of the person could not be checked. ")


@pytest.mark.parametrize("path", ["/roles", "/users/search"])
def test_list_that_leads_round_in_a_circle_is_a_failure(foundry: FakeFoundry, palantir: Asked, path: str) -> None:
    foundry.grant(ALICE, RID)
    foundry.server.faults = [Fault(Answers(200, {"data": [], "nextPageToken": "again"}), path=path)]
    [failed] = palantir.remove(alice())
    assert isinstance(failed, RemovalFailed)
    assert failed.reason.endswith("Foundry answered with the same page again and again.")


@pytest.mark.parametrize("path", ["/roles", "/users/search"])
def test_empty_404_means_a_missing_endpoint_and_never_that_the_role_is_gone(
    foundry: FakeFoundry, palantir: Asked, path: str
) -> None:
    foundry.grant(ALICE, RID)
    foundry.server.faults = [Fault(Answers(404), path=path)]
    [failed] = palantir.remove(alice())
    assert isinstance(failed, RemovalFailed)
    assert failed.reason.endswith("does not offer the call that removes roles (empty 404).")


def test_empty_404_of_the_removal_is_a_failure(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID)
    foundry.server.faults = [Fault(Answers(404), path="/roles/remove")]
    [failed] = palantir.remove(alice())
    assert isinstance(failed, RemovalFailed)
    assert "(empty 404)" in failed.reason


def test_role_that_the_setting_does_not_name_is_a_failure(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID)
    foundry.grant(BOB, RID)
    removals = palantir.remove(alice("Painter"), bob())
    assert removals[0] == RemovalFailed("FOUNDRY_ROLE_IDS does not name the role Painter.")
    assert isinstance(removals[1], Removed)


def test_wrong_role_ids_do_not_pass_for_gone(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID)
    reason = f"The person has the role {ROLE_IDS['Viewer']}, which FOUNDRY_ROLE_IDS does not name."
    assert palantir.remove(alice(), foundry_role_ids={"Viewer": "another"}) == [RemovalFailed(reason)]
    assert foundry.has_grant(ALICE, RID)


def test_missing_right_is_a_failure_that_does_not_pass(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID)
    denied = Answers(403, {"errorName": "RemoveResourceRolesPermissionDenied"})
    foundry.server.faults = [Fault(denied, path="/roles/remove")]
    assert palantir.remove(alice()) == [
        RemovalFailed("Foundry refused the call (403): RemoveResourceRolesPermissionDenied")
    ]


def test_person_who_is_deleted_meanwhile_fails_nobody_else(foundry: FakeFoundry, palantir: Asked) -> None:
    for number in range(4):
        foundry.grant(f"person{number}@test.com", RID)
    gone = Fault(Answers(404, {"errorName": "PrincipalNotFound"}), path="/roles/remove", times=3)
    foundry.server.faults = [gone]
    removals = palantir.remove(*(on_resource(f"person{n}@test.com", RID, request_id=str(n)) for n in range(4)))
    assert [type(removal) for removal in removals] == [RemovalFailed, Removed, Removed, Removed]


def test_search_that_fails_for_one_fails_nobody_else(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID)
    foundry.server.faults = [Fault(Answers(403, {"errorName": "Denied"}), path="/users/search", times=1)]
    [failed] = palantir.remove(alice())
    assert failed == RemovalFailed("The person could not be looked up. Foundry refused the call (403): Denied")


def test_every_page_is_read(foundry: FakeFoundry, palantir: Asked) -> None:
    for number in range(5):
        foundry.grant(f"person{number}@test.com", RID)
    foundry.page_size = 2
    grants = [on_resource(f"person{number}@test.com", RID, request_id=str(number)) for number in range(5)]
    assert palantir.current_grants(*grants) == [CurrentGrant(is_direct=True)] * 5


def test_list_without_data_does_not_pass_for_nothing_held(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID)
    foundry.server.faults = [Fault(Answers(200, {}), "GET")]
    [failed] = palantir.remove(alice())
    assert isinstance(failed, RemovalFailed)


def test_applied_change_whose_answer_was_lost_is_seen_gone(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID)
    foundry.server.faults = [Fault(LosesAnswer(), path="/roles/remove")]
    assert palantir.remove(alice()) == [Removed(None)]


@pytest.mark.parametrize("status", [409, 429, 500])
def test_passing_trouble_is_waited_out(foundry: FakeFoundry, palantir: Asked, status: int) -> None:
    foundry.grant(ALICE, RID)
    foundry.server.faults = [Fault(Answers(status, headers={"retry-after": "0"}), path="/roles", times=3)]
    [removal] = palantir.remove(alice())
    assert isinstance(removal, Removed)


def test_refused_client_secret_ends_the_run(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.grant(ALICE, RID)
    with pytest.raises(SignInError, match="Foundry refused the client id or its secret"):
        palantir.remove(alice(), foundry_client_secret="wrong")
    assert foundry.has_grant(ALICE, RID)


def test_sign_in_asks_for_what_it_needs(foundry: FakeFoundry, palantir: Asked) -> None:
    foundry.add_person(ALICE)
    palantir.current_grants(alice())
    [call] = foundry.server.called("POST", "/oauth2/token")
    assert "api%3Afilesystem-read+api%3Afilesystem-write" in call.body
