# What the policy beside this file must say, each rule a claim.
package voiceassist.authz_test

import data.voiceassist.authz
import rego.v1

asks(roles, action) := {"action": action, "subject": {"user_id": "alice", "roles": roles}}

test_nobody_may_do_anything_without_a_role if {
	every action in authz.own_connection | authz.knowledge {
		not authz.allow with input as asks([], action)
	}
}

test_everybody_may_connect_and_look_after_their_own if {
	every action in authz.own_connection | authz.own_files | authz.own_conversations {
		authz.allow with input as asks(["user"], action)
	}
}

test_only_medical_staff_and_administrators_ask if {
	not authz.allow with input as asks(["user"], "search_passages")
	not authz.allow with input as asks(["user", "auditor"], "ask_conversation")
	authz.allow with input as asks(["user", "medical_staff"], "search_passages")
	authz.allow with input as asks(["user", "admin"], "ask_conversation")
}

test_an_action_that_no_rule_names_is_refused_to_all_but_administrators if {
	not authz.allow with input as asks(["user", "medical_staff", "auditor"], "something_new")
	authz.allow with input as asks(["admin"], "something_new")
}

test_only_administrators_administer if {
	every action in {"admin_show_overview", "admin_list_people", "admin_end_sessions", "admin_change_limits"} {
		not authz.allow with input as asks(["user", "medical_staff", "auditor"], action)
		authz.allow with input as asks(["user", "admin"], action)
	}
}
