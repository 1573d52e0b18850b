from mbats.secmaster.object_store import address


def test_an_address_is_below_its_store_or_in_a_bucket_of_its_kind():
    assert address("s3://bucket/prefix", "tables/a") == "s3://bucket/prefix/tables/a"
    assert address("/data/objects/", "tables/a") == "/data/objects/tables/a"
    assert address("s3://mbats-", "tables/a") == "s3://mbats-tables/a"
