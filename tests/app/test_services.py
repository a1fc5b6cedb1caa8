from app.services import open_services
from tests.app.heard_library import make_library
from tests.fakes import fake_choice


def test_a_library_may_be_prepared_for_searches_empty_or_not(tmp_path):
    make_library(tmp_path / "full", {"One": (0.1, 0.2, 0.3), "Two": (0.3, 0.2, 0.1)})
    for folder, n_tracks in (("empty", 0), ("full", 2)):
        with open_services(
            tmp_path / folder, readonly=True, choose_encoder=lambda _: fake_choice()
        ) as services:
            services.prepare_search()
            known = services.crowd.of(services.catalog)
            assert known.n_tracks == n_tracks
            assert services.crowd.of(services.catalog) is known
