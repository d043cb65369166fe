"""Why a plan moved in every format."""
