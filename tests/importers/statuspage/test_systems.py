"""Components and groups: one key each, however the page named, grouped or made them anew."""

from sitegen.importers.conversion import Conversion
from sitegen.model import Condition, Incident
from tests.importers.reading import groups, load_all, told
from tests.importers.statuspage.saved import (
    DOWN,
    PAGE,
    SOLD,
    Json,
    component,
    convert,
    group,
    incident,
    summary,
    touch,
    update,
)

GROUPED = (
    component("api000000001", "API", "gr0up0000002", position=2),
    component("solo00000001", "Website", position=3, description="The <b>shop</b>", start_date="2024-01-05"),
    group("gr0up0000001", "Boats", position=1),
    component("api000000002", "API", "gr0up0000001", position=2),
    component("map000000001", "Map", "gr0up0000001", position=1),
    group("gr0up0000002", "Buses", position=2),
)


def broken(*touches: Json, **changes: object) -> Json:
    """An incident in which these were hit."""
    over = update("resolved", "09:00", "Over.")
    return incident(over, update("investigating", "07:00", "Broken.", *touches), **changes)


def only(made: Conversion) -> Incident:
    (found,) = load_all(made)[1].values()
    return found


def test_components_stand_as_on_the_page_and_a_repeated_name_has_its_group_in_its_key() -> None:
    made = convert({"summary.json": summary(components=GROUPED)})
    settings, _ = load_all(made)
    assert groups(settings) == [("Boats", ["map", "boats-api"]), ("Buses", ["buses-api"]), ("", ["website"])]
    website = settings.components[-1]
    assert str(website.since) == "2024-01-05"
    assert website.description is not None
    assert website.description.read("en", "en") == "The **shop**"
    assert settings.site.url == "https://status.ferries.example"
    assert settings.site.zone.key == "Europe/Warsaw"


def test_a_component_made_anew_under_another_code_is_the_same() -> None:
    old = {"page": {**PAGE, "updated_at": "2020-01-01T00:00:00Z"}, "components": [component("former000001", "Tickets")]}
    entry = broken(touch("former000001", "Tickets", "major_outage"), id="0ld")
    made = convert({"old.json": old, "new.json": summary(entry)})
    assert only(made).components == {"tickets": Condition.MAJOR_OUTAGE}
    assert groups(load_all(made)[0]) == [("", ["tickets"]), ("", ["radio"])]


def test_of_two_codes_for_one_component_the_worse_state_counts() -> None:
    entry = broken(touch("a", "Tickets", "operational"), touch("b", "Tickets", "partial_outage"))
    assert only(convert({"summary.json": summary(entry)})).components == {"tickets": Condition.PARTIAL_OUTAGE}


def test_what_only_entries_name_comes_last_with_its_group_in_its_name() -> None:
    made = convert({"summary.json": summary(broken(touch("x", "Boats - Bell", "partial_outage")))})
    assert groups(load_all(made)[0])[-1] == ("Other", ["boats-bell"])
    assert told(made, "`Boats - Bell` is not among the components of the page")


def test_without_a_list_groups_are_read_out_of_the_names_in_updates() -> None:
    entry = broken(touch("a", "Boats - API", "partial_outage"), touch("b", "Buses - API", "partial_outage"))
    first = broken(touch("c", "Website", "major_outage"), id="f1rst")
    made = convert({"incidents.json": {"page": PAGE, "incidents": [entry, first]}})
    assert groups(load_all(made)[0]) == [("Boats", ["boats-api"]), ("Buses", ["buses-api"]), ("", ["website"])]
    assert len(told(made, "No list of components was saved; 3 were read out of what entries name.")) == 1


def test_a_component_named_by_code_alone_is_found_in_another_file() -> None:
    entry = broken({"code": "api000000001", "new_status": "major_outage"})
    made = convert({"a.json": {"page": PAGE, "incidents": [entry]}, "components.json": summary(components=GROUPED)})
    assert only(made).components == {"buses-api": Condition.MAJOR_OUTAGE}


def test_a_code_that_no_file_names_is_lost_aloud() -> None:
    made = convert({"summary.json": summary(broken({"code": "gh0st", "new_status": "major_outage"}))})
    assert told(made, "A component has no name that any file tells (`gh0st`)") == ["summary.json:35:4"]


def test_pages_of_the_authenticated_api_are_the_list_of_components() -> None:
    parts = [component(f"p{number}", f"Pier {number}", "gr0up0000001", position=number) for number in (1, 2, 3)]
    made = convert(
        {
            "page.json": {
                "id": PAGE["id"],
                "name": "Harbour",
                "domain": "status.ferries.example",
                "subdomain": "x",
                "time_zone": "UTC",
            },
            "components-1.json": parts[:2],
            "components-2.json": parts[2:],
            "component-groups.json": [
                {"id": "gr0up0000001", "name": "Piers", "components": ["p1", "p2", "p3"], "position": "1"}
            ],
            "incidents-1.json": [incident(SOLD, DOWN)],
        }
    )
    settings, _ = load_all(made)
    assert groups(settings) == [("Piers", ["pier-1", "pier-2", "pier-3"]), ("Other", ["tickets"])]
    assert settings.site.url == "https://status.ferries.example"


def test_older_pages_have_groups_that_only_their_components_tell_of() -> None:
    parts = [
        {"id": "3rd", "name": "Third parties", "group_id": None, "status": "operational"},
        {"id": "post", "name": "Post", "group_id": "3rd", "status": "operational"},
    ]
    made = convert({"c0de.json": incident(SOLD, update("investigating", "07:00", "No."), components=parts)})
    assert list(only(made).components) == ["post"]
    assert told(made, "No list of components was saved")


def test_a_page_without_any_component_gets_one_of_its_own_name() -> None:
    made = convert({"incidents.json": {"page": PAGE, "incidents": [broken()]}})
    assert groups(load_all(made)[0]) == [("", ["service"])]
    assert told(made, "No file names a component")


def test_components_that_were_hidden_while_well_are_told() -> None:
    hidden = component("t1ckets00001", "Tickets", only_show_if_degraded=True)
    assert told(convert({"summary.json": summary(components=[hidden])}), "1 components were shown only when")


PRIVATE = {
    "components-1.json": [component("t1ckets00001", "Tickets", "gr0up0000001"), component("crew00000001", "Crew rota")],
    "component-groups.json": [
        {"id": "gr0up0000001", "name": "Boats", "position": 1, "components": ["t1ckets00001"], "description": None}
    ],
}


def test_the_authenticated_api_alone_gives_components_and_groups() -> None:
    settings, _ = load_all(convert({**PRIVATE, "incidents-1.json": [incident(DOWN)]}))
    assert groups(settings) == [("Boats", ["tickets"]), ("", ["crew-rota"])]


def test_a_component_that_customers_never_saw_is_told_and_not_shown() -> None:
    within = component("t1ckets00001", "Tickets", "gr0up0000001")
    made = convert({**PRIVATE, "summary.json": summary(components=[group("gr0up0000001", "Boats"), within])})
    assert groups(load_all(made)[0]) == [("Boats", ["tickets"])]
    assert told(made, "customers did not see them: `Crew rota`") == ["components-1.json:14:3"]


def test_components_and_groups_keep_their_ids() -> None:
    within = component("t1ckets00001", "Tickets", "gr0up0000001")
    listed = [group("gr0up0000001", "Boats"), within, component("short", "Map", position=2)]
    settings, _ = load_all(convert({"summary.json": summary(components=listed)}))
    assert [one.id for one in settings.groups] == ["gr0up0000001", ""]
    assert [one.id for one in settings.components] == ["t1ckets00001", ""]
