"""What the web server loads: `granian --interface wsgi app.wsgi:application`."""

import gc

# Nothing of the start is garbage: looking for some takes a tenth of it, and later each time again.
gc.disable()

from app import create_app  # noqa: E402

application = create_app(commands=False)
gc.freeze()
gc.enable()
