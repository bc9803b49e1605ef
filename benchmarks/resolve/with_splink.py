"""Splink's part of the benchmark: train on the entries, predict, cluster. Run by an interpreter that has Splink.

The model is that of Splink's own demonstrations: compare names, e-mail, telephone, address, birth date and
registration; candidates by equal e-mail, telephone, registration, name, or address.
"""

import logging
import sys
import time

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def main() -> None:
    logging.disable(logging.WARNING)
    began, cpu = time.perf_counter(), time.process_time()
    connection = duckdb.connect()
    connection.read_csv(sys.argv[1], all_varchar=True).create("entries")
    api = DuckDBAPI(connection=connection)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("name"),
            cl.JaroWinklerAtThresholds("given_name"),
            cl.JaroWinklerAtThresholds("family_name"),
            cl.ExactMatch("email"),
            cl.ExactMatch("phone"),
            cl.ExactMatch("kvk"),
            cl.LevenshteinAtThresholds("street"),
            cl.ExactMatch("house_number"),
            cl.LevenshteinAtThresholds("postcode"),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.ExactMatch("birth_date"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("email"),
            block_on("phone"),
            block_on("kvk"),
            block_on("name", "city"),
            block_on("given_name", "family_name"),
            block_on("postcode", "house_number"),
        ],
    )
    linker = Linker(api.register("entries"), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("email"), block_on("kvk")], recall=0.8)
    training.estimate_u_using_random_sampling(max_pairs=1e6)
    training.estimate_parameters_using_expectation_maximisation(block_on("email"))
    training.estimate_parameters_using_expectation_maximisation(block_on("postcode"))
    pairs = linker.inference.predict(threshold_match_probability=0.5)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.95)
    groups = len({row["cluster_id"] for row in clusters.as_record_list()})
    print(groups, round(time.perf_counter() - began, 2), round(time.process_time() - cpu, 2))


if __name__ == "__main__":
    main()
