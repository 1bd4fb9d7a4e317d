"""The whole system on one machine: an AWS emulator, the API, the schedules and their handles.

    make run          python -m infra.local
    make job NAME=…   python -m infra.local.job
    make pictures     python -m infra.local.pictures

Nothing here is deployed; what is deployed knows nothing of it.
"""
