"""Map writer labels to people, so that a split by person leaks no handwriting.

In the pen digits from UNIPEN a writer label is a file, and most people filled several: the files of apa, apb
and app name 61 people in 327 files, and 15 pairs of ibm's files share the same ink. The names show which
files belong to one person:

    ibm/ibm0/r0207          session 02 of person 07
    app/app12/app1214       a folder is one person; some people continue in the next folder, and in apb a few
                            folders hold two people, who count as one here

Each file of the other sites, and each writer of other data, is one person.
"""

import re

SESSIONS = re.compile(r"ibm/(?:ibm\d+/)?r\d\d(?P<person>\d\d)")
FOLDERS = re.compile(r"(?P<site>ap[abp])/(?P<folder>ap[abp]\d\d)/\w+")
# Folders that continue with a person of another folder, by the .WRITER_ID in their files.
CONTINUED = {
    "apa04": "apa03", "apa10": "apa09", "apa20": "apa19",
    "apb06": "apb05", "apb07": "apb06", "apb09": "apb08", "apb16": "apb15", "apb18": "apb17",
    "apb22": "apb21", "apb28": "apb27", "apb32": "apb31", "apb39": "apb38",
    "app12": "app11", "app26": "app25", "app35": "app34", "app41": "app40",
}  # fmt: skip


def person_of(writer: str) -> str:
    """Return the person of a writer label ("site/name"), in the same form."""
    if match := SESSIONS.fullmatch(writer):
        return f"ibm/{match['person']}"
    if match := FOLDERS.fullmatch(writer):
        folder = match["folder"]
        while folder in CONTINUED:
            folder = CONTINUED[folder]
        return f"{match['site']}/{folder}"
    return writer
