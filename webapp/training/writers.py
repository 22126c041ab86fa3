"""Say which writers of our ink are one person, so that a split by hand leaks no handwriting.

In the pen digits that come from UNIPEN a "writer" is a file, and most people filled several: the raw
files of apa, apb and app name 61 people in 327 files, and 15 pairs of ibm's files even share the very
same ink. Which files belong together follows from their names:

    ibm/ibm0/r0207          session 02 of person 07
    app/app12/app1214       a folder holds one person; some people go on in the next folder, and
                            in apb a few folders hold two, who are then one hand to us

The files of the other sites, and all writers from elsewhere, are one person each.
"""

import re

SESSIONS = re.compile(r"ibm/(?:ibm\d+/)?r\d\d(?P<person>\d\d)")
FOLDERS = re.compile(r"(?P<site>ap[abp])/(?P<folder>ap[abp]\d\d)/\w+")
# Folders that go on with a person of the folder before, as the .WRITER_ID in their files says.
CONTINUED = {
    "apa04": "apa03", "apa10": "apa09", "apa20": "apa19",
    "apb06": "apb05", "apb07": "apb06", "apb09": "apb08", "apb16": "apb15", "apb18": "apb17",
    "apb22": "apb21", "apb28": "apb27", "apb32": "apb31", "apb39": "apb38",
    "app12": "app11", "app26": "app25", "app35": "app34", "app41": "app40",
}  # fmt: skip


def hand_of(writer: str) -> str:
    """Return the name of the hand behind a writer ("site/name"), itself a "site/name"."""
    if match := SESSIONS.fullmatch(writer):
        return f"ibm/{match['person']}"
    if match := FOLDERS.fullmatch(writer):
        folder = match["folder"]
        while folder in CONTINUED:
            folder = CONTINUED[folder]
        return f"{match['site']}/{folder}"
    return writer
