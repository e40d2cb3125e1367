<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);
?>
<div id="voiceassist-admin"></div>
