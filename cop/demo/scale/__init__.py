"""A generated network of any size, to measure and to try things out on: `cop demo --members 40000 --communities 900`.

Nobody wrote it, and it says so. The same seed gives the same network; times are counted back from now.

    language    words with natural frequencies, themes, and texts about them
    plan        who belongs where, who writes when, who thanks whom: numbers, no rows
    world       the state of a loading: ids, terms, the record
    people      institutions and people, with their profiles
    talk        communities, topics, posts, thanks
    loading     all of these, in one unit of work
"""
