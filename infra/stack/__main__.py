"""Prints what is merged into the template of a stage: ``python -m infra.stack STAGE``."""

import json
import sys

from infra.stack import overrides, stages

if __name__ == "__main__":
    print(json.dumps(overrides.template(stages.asked_for(sys.argv[1:])), indent=2))
