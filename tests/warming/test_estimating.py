from imgsvc.warming.estimating import Sample, estimate, sampled
from imgsvc.warming.units import Outcome, Status, Unit

MADE = Outcome("a", Status.MADE, seconds=0.5, source_bytes=1_000_000, made={"card": 10_000, "thumb": 10_000})


def test_a_sample_is_of_all_that_there_is():
    sample = sampled((Unit(str(number)) for number in range(1000)), 20)
    numbers = [int(each.source) for each in sample.units]

    assert (sample.count, len(set(numbers))) == (1000, 20)
    assert (min(numbers) < 300, max(numbers) > 700) == (True, True)


def test_a_catalogue_that_is_smaller_is_its_own_sample():
    assert sampled(iter([Unit("a")]), 20) == Sample(1, (Unit("a"),))


def test_what_a_sample_took_is_taken_for_the_whole():
    lines = list(estimate(Sample(1_000_000, ()), [MADE] * 4, width=10, target="s3://results", source="s3://shop/"))

    assert lines[0] == "1000000 sources are due, of which 4 were tried and 0 failed"
    assert lines[1] == "2000000 renditions, 13 h 53 min by 10 workers like these; 1.0 TB in, 20.0 GB out"
    assert lines[2] == "requests: 1000000 reads, 2000000 writes, 1000 lists"


def test_only_requests_to_a_bucket_have_a_price():
    def dollars(target: str, source: str) -> str:
        return list(estimate(Sample(1_000_000, ()), [MADE], width=1, target=target, source=source))[3]

    assert "prices (us-east-1, Standard) 11.21 dollars" in dollars("s3://results", "s3://shop/")
    assert "0.00 dollars" in dollars("file:///srv", "/srv/originals")


def test_where_all_of_a_sample_failed_nothing_more_is_known():
    assert len(list(estimate(Sample(9, ()), [Outcome("a", Status.FAILED)], width=1, target="", source=""))) == 1
