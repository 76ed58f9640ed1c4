"""Runs Splink in an environment of its own: a CSV of records in, a CSV of record and cluster out.

The model is the one a textbook gives: a comparison per column, EM from two blockings,
connected components at one threshold. Started by `splink_peer`, never imported.
"""

import sys
import time

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLD = 0.95
BLOCKING = (
    block_on("nik"),
    block_on("kk", "sex"),
    block_on("phone", "sex"),
    block_on("dob", "substr(name, 1, 3)"),
    block_on("village_code", "dob"),
    block_on("village_code", "name"),
    block_on("village_code", "mother_name", "sex"),
)


def main() -> None:
    """Read, train, predict, cluster, write; tell the seconds on standard output."""
    source, target, threshold = sys.argv[1], sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else THRESHOLD
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE records AS SELECT record_id AS unique_id, nik, kk, upper(name) AS name, sex, dob, "
        "regexp_replace(regexp_replace(phone, '[^0-9]', '', 'g'), '^62', '0') AS phone, village_code, "
        "upper(mother_name) AS mother_name FROM read_csv(?, all_varchar = true, header = true)",
        [source],
    )
    api = DuckDBAPI(connection)
    linker = Linker(api.register("records"), _model(), log_level=None)
    start = time.perf_counter()
    _train(linker)
    trained = time.perf_counter()
    pairs = linker.inference.predict(threshold_match_probability=min(threshold, 0.5))
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold)
    done = time.perf_counter()
    connection.execute(
        f"COPY (SELECT unique_id, cluster_id FROM {clusters.physical_name}) TO '{target}' (HEADER false)"
    )
    print(f"{trained - start:.1f} {done - trained:.1f}")


def _model() -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.LevenshteinAtThresholds("nik", [1, 2]),
            cl.ExactMatch("kk"),
            cl.ExactMatch("phone"),
            cl.ExactMatch("village_code").configure(term_frequency_adjustments=True),
            cl.ExactMatch("sex"),
            cl.JaroWinklerAtThresholds("mother_name", [0.92, 0.8]),
        ],
        blocking_rules_to_generate_predictions=list(BLOCKING),
        retain_matching_columns=False,
    )


def _train(linker: Linker) -> None:
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("nik"), block_on("name", "dob")], recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=2_000_000, seed=1)
    for rule in (block_on("nik"), block_on("name", "dob")):
        training.estimate_parameters_using_expectation_maximisation(rule, record_sample_proportion=1.0)


if __name__ == "__main__":
    main()
