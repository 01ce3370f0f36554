"""What holds for every platform, so that a further one is not forgotten anywhere."""

from typing import get_args

from access.platforms import PLATFORMS, Platform, PlatformKey
from config.settings import Settings
from jobs.job_types import CHECK_TYPES, JOB_TYPES


def test_api_names_every_platform() -> None:
    assert get_args(PlatformKey) == tuple(platform.key for platform in PLATFORMS)


def test_settings_say_how_access_is_removed(platform: Platform) -> None:
    assert Settings.model_fields[platform.setting("access")].default == "record"


def test_settings_say_when_each_job_runs(platform: Platform) -> None:
    job_types = [job_type for job_type in (*JOB_TYPES, *CHECK_TYPES) if job_type.platform is platform]
    assert len(job_types) == 3
    assert {job_type.schedule_setting.lower() for job_type in job_types} <= Settings.model_fields.keys()
