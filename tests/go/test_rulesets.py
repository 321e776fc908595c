"""Rules by KataGo's names and terms. Source: KataGo, docs/GTP_Extensions.md."""

import json

import pytest

from gopolicy.config import RULES
from gopolicy.errors import ConfigError
from gopolicy.go.rulesets import (
    Ruleset,
    change_rule,
    format_ruleset,
    parse_ruleset,
    read_ruleset,
)

#: Name, ko, score, tax, suicide, points for handicap stones: KataGo's table. Then how
#: we call that way to count.
KATAGO = """
tromp-taylor POSITIONAL  AREA      NONE true  0   tromp-taylor
chinese      SIMPLE      AREA      NONE false N   area
chinese-ogs  POSITIONAL  AREA      NONE false N   area
chinese-kgs  POSITIONAL  AREA      NONE false N   area
japanese     SIMPLE      TERRITORY SEKI false 0   territory
korean       SIMPLE      TERRITORY SEKI false 0   territory
aga          SITUATIONAL AREA      NONE false N-1 aga
bga          SITUATIONAL AREA      NONE false N-1 aga
new-zealand  SITUATIONAL AREA      NONE true  0   tromp-taylor
"""
TABLE = [line.split() for line in KATAGO.strip().splitlines()]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_names_mean_what_katago_means_by_them(row):
    name, ko, score, tax, suicide, bonus, counting = row
    rules = parse_ruleset(name)
    expected = {
        "ko": ko,
        "scoring": score,
        "tax": tax,
        "suicide": suicide == "true",
        "whiteHandicapBonus": bonus,
        "hasButton": False,
    }
    said = json.loads(format_ruleset(rules))
    assert {key: said[key] for key in expected} == expected
    assert parse_ruleset(format_ruleset(rules)) == rules
    assert rules.counting == counting
    for same in (name.upper(), name.replace("-", "_"), name.replace("-", " ")):
        assert parse_ruleset(same) == rules
    assert parse_ruleset(name.replace("-", "")) == rules


@pytest.mark.parametrize(
    ("name", "same"),
    [
        *(("French", "aga"), ("NZ", "new-zealand"), ("area", "chinese")),
        ("territory", "japanese"),
    ],
)
def test_other_names_of_the_same_rules(name, same):
    assert parse_ruleset(name) == parse_ruleset(same)


def test_every_way_to_count_has_rules_of_its_name():
    assert {parse_ruleset(rules).counting for rules in RULES} == set(RULES)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("stone-scoring", "'stone-scoring': AREA with tax ALL cannot be counted"),
        ("stone_scoring", "tax ALL"),
        ("ancient-area", "tax ALL"),
        ("ancient-territory", "TERRITORY with tax ALL"),
        ("aga-button", "'aga-button': rules with a button"),
        ("martian", "unsupported rules 'martian'; known: chinese,"),
        ("", "unsupported rules"),
        ("{", "no JSON object"),
        ('{"ko": "SPIGHT"}', "rule ko is 'SPIGHT'; allowed: SIMPLE, POSIT"),
        ('{"komi": 7.5}', "unknown rule 'komi'; known: ko,"),
        ('{"suicide": "no"}', "rule suicide is 'no'; allowed: true, false"),
        ('{"suicide": 1}', "rule suicide is 1"),
        ('{"tax": "SEKI"}', "AREA with tax SEKI"),
        ('{"hasButton": true}', "button"),
        ('{"scoring": "TERRITORY", "whiteHandicapBonus": "N"}', "whiteHandicapBonus 0"),
    ],
)
def test_rules_that_we_cannot_play_by_are_refused(text, reason):
    with pytest.raises(ConfigError, match=reason):
        parse_ruleset(text)


def test_what_an_object_leaves_out_is_tromp_taylors():
    assert parse_ruleset("{}") == Ruleset() == parse_ruleset("tromp-taylor")
    territory = read_ruleset({"score": "territory"})
    assert (territory.counting, territory.tax) == ("territory", "SEKI")


def test_one_rule_is_changed_and_the_others_stay():
    chinese = parse_ruleset("chinese")
    changed = change_rule(chinese, "suicide", "true")
    assert changed.suicide and change_rule(changed, "suicide", "false") == chinese
    assert change_rule(chinese, "whiteHandicapBonus", "N-1").counting == "aga"
    assert change_rule(chinese, "ko", "positional") == parse_ruleset("chinese-ogs")
    with pytest.raises(ConfigError, match="whiteHandicapBonus 0"):
        change_rule(chinese, "scoring", "TERRITORY")


def test_dead_stones_have_to_be_taken_only_where_area_is_counted_as_it_stands():
    needs = [row[0] for row in TABLE if parse_ruleset(row[0]).needs_cleanup]
    assert needs == ["tromp-taylor"]
