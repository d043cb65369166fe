"""Why a plan's spend and value moved: two files, two dates or two revisions, cause by cause."""
